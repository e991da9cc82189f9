import { join } from 'node:path'
import { formatReference, parseReference, repositoryOf } from '../../storage/registry/reference.ts'
import type { RegistriesConfig } from '../../storage/registry/registries-config.ts'
import { choicesFor } from '../../storage/registry/short-name.ts'
import { recordShortName } from '../../storage/registry/short-name-aliases.ts'
import type { Engine } from '../engine.ts'

/** Asks somebody which of these full names a short one means; an answer is one of them. */
export type ChooseName = (shortName: string, candidates: readonly string[]) => Promise<string>

export interface ChosenName {
  readonly name: string
  /** for next time: to be called when an image was found under it */
  remember(): Promise<void>
}

/**
 * The name, or what the user says that it means where it may be on several registries.
 *
 * @throws {TspodError} E_BAD_REFERENCE, what `choose` throws
 * @see containers-registries.conf(5), "Short-Name Aliasing: Modes"
 */
export async function chooseName(
  engine: Engine,
  name: string,
  { registries, choose }: { readonly registries: RegistriesConfig; readonly choose: ChooseName },
): Promise<ChosenName> {
  const parsed = parseReference(name)
  const choices = parsed.qualified ? [] : choicesFor(parsed.name, registries)
  if (parsed.qualified || choices.length === 0) return { name, remember: async () => {} }
  const answer = await choose(name, choices.map(formatReference))
  const chosen = choices.find((choice) => formatReference(choice) === answer)
  if (!chosen) throw new Error(`${answer} was not among the choices`)
  return {
    name: answer,
    async remember() {
      const file = shortNamesFile(engine)
      using _lock = await engine.storage.locks.acquire('short-names', file, { doing: 'remembering a short name' })
      await recordShortName(file, parsed.name.path, repositoryOf(chosen))
    },
  }
}

/** Source: containers-registries.conf(5): one of root's, one of each user. */
export function shortNamesFile({ env, host }: Engine): string {
  const home = env['HOME'] || '/root'
  const cache = host.uid === 0 ? '/var/cache' : env['XDG_CACHE_HOME'] || join(home, '.cache')
  return join(cache, 'containers/short-name-aliases.conf')
}
