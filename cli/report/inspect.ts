import { TspodError } from '../../base/errors.ts'
import { inspectContainer } from '../../engine/container/inspect.ts'
import type { Engine } from '../../engine/engine.ts'
import { inspectImage } from '../../engine/image/inspect.ts'
import { formatReport, type ReportRow } from '../../ui/text/template/report.ts'
import type { CommandResult } from '../command.ts'
import type { Option } from '../flags/option.ts'
import { isJson } from './formatted.ts'

export type InspectType = 'all' | 'container' | 'image'

/** podman's indentation, which people compare. */
const INDENT = 5

export const INSPECT_FORMAT = {
  type: 'string',
  alias: 'f',
  default: 'json',
  placeholder: 'TEMPLATE',
  describe: 'json, or a Go template',
} as const satisfies Option

/**
 * Containers and images in detail. Those that were found are shown even where others fail.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function inspectTargets(
  engine: Engine,
  refs: readonly string[],
  options: { readonly type: InspectType; readonly format: string },
): CommandResult {
  const found: ReportRow[] = []
  const failures: unknown[] = []
  for (const ref of refs) {
    try {
      found.push(inspectOne(engine, ref, options.type))
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      failures.push(error)
    }
  }
  const lines = isJson(options.format) ? [JSON.stringify(found, null, INDENT)] : formatReport(options.format, found, {})
  return { lines, failures }
}

/** A container wins over an image of that name, as in podman. */
function inspectOne(engine: Engine, ref: string, type: InspectType): ReportRow {
  const { containers, images } = engine.storage
  if (type === 'container') return inspectContainer(engine, ref)
  if (type === 'image') return inspectImage(engine, ref)
  if (containers.find(ref)) return inspectContainer(engine, ref)
  if (images.find(ref)) return inspectImage(engine, ref)
  throw new TspodError('E_NOT_FOUND', `no container or image ${ref}`)
}
