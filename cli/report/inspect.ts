import { TspodError } from '../../base/errors.ts'
import { inspectContainer } from '../../engine/container/inspect.ts'
import type { Engine } from '../../engine/engine.ts'
import { type ImageInspect, inspectImage } from '../../engine/image/inspect.ts'
import { formatReport, type ReportRow } from '../../ui/text/template/report.ts'
import type { CommandResult } from '../command.ts'
import type { Option } from '../flags/option.ts'
import type { Style } from '../style/style.ts'
import { isJson } from './formatted.ts'
import { volumeReport } from './volumes.ts'

export type InspectType = 'all' | 'container' | 'image' | 'volume'

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
  options: { readonly type: InspectType; readonly format: string; readonly style: Style },
): CommandResult {
  const { style } = options
  const found: ReportRow[] = []
  const failures: unknown[] = []
  for (const ref of refs) {
    try {
      found.push(inspectOne(engine, ref, options))
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      failures.push(error)
    }
  }
  const lines = isJson(options.format)
    ? [JSON.stringify(found, null, style.inspectIndent)]
    : formatReport(options.format, found, {})
  const isMissing = failures.some((error) => error instanceof TspodError && /_NOT_FOUND$/.test(error.code))
  return { lines, failures, ...(isMissing ? { exitCode: style.inspectMissingStatus } : {}) }
}

/** A container wins over an image of that name, and that over a volume, as in podman. */
function inspectOne(
  engine: Engine,
  ref: string,
  { type, style }: { readonly type: InspectType; readonly style: Style },
): ReportRow {
  const { containers, images, volumes } = engine.storage
  const isOf = (which: InspectType, has: boolean): boolean => type === which || (type === 'all' && has)
  if (isOf('container', containers.find(ref) !== undefined)) return inspectContainer(engine, ref)
  if (isOf('image', images.find(ref) !== undefined)) return imageReport(inspectImage(engine, ref), style)
  if (isOf('volume', volumes.find(ref) !== undefined)) return volumeReport(volumes.resolve(ref))
  throw new TspodError('E_NOT_FOUND', `no container, image or volume ${ref}`)
}

function imageReport(image: ImageInspect, style: Style): ReportRow {
  return {
    ...image,
    Id: style.imageId(image.Id),
    RepoTags: image.RepoTags.map(style.imageName),
    RepoDigests: image.RepoDigests.map(style.imageName),
  }
}
