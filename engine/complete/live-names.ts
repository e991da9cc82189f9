import { join } from 'node:path'
import { type NamedKind, openNames } from '../../storage/state/names.ts'
import { observe } from '../container/reconcile.ts'
import { ruleOf, VERBS, type Verb } from '../container/states.ts'

export type NameKind = NamedKind | 'container'

export interface LiveName {
  readonly name: string
  /** a word or two on it */
  readonly about: string
}

export interface NamePlaces {
  readonly root: string
  readonly runroot: string
}

/**
 * The names that could follow on a command line: of containers those that the verb has something
 * to do with, by the table of states. Reads only; whatever is wrong with the state, there are none then.
 *
 * @param verb `stop`, `rm -f`; one that is not in the table takes every container
 */
export function liveNames({ root, runroot }: NamePlaces, kind: NameKind, verb = ''): LiveName[] {
  try {
    using names = openNames(join(root, 'state.db'))
    if (!names) return []
    if (kind !== 'container') return names.of(kind).map((name) => ({ name, about: kind }))
    const known = VERBS.find((one) => one === verb)
    return names
      .containers()
      .map((row) => observe({ runDir: (id) => join(runroot, 'containers', id) }, row))
      .filter(({ status }) => isFor(known, status))
      .map(({ name, status, imageName }) => ({ name, about: `${status}, ${imageName}` }))
  } catch {
    return [] // a key pressed in a shell is not the moment to say what is wrong
  }
}

function isFor(verb: Verb | undefined, status: Parameters<typeof ruleOf>[1]): boolean {
  return verb === undefined || ruleOf(verb, status).kind === 'works'
}
