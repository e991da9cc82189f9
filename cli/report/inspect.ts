import { TspodError } from '../../base/errors.ts'
import { inspectForDocker } from '../../engine/container/inspect/docker.ts'
import { inspectContainer } from '../../engine/container/inspect.ts'
import type { Engine } from '../../engine/engine.ts'
import { hintForName } from '../../engine/hint-for-name.ts'
import { type ImageInspect, inspectImage } from '../../engine/image/inspect.ts'
import { findNetwork } from '../../engine/network/find.ts'
import { inspectPod } from '../../engine/pod/inspect.ts'
import { goJson } from '../../ui/text/template/go-json.ts'
import { formatReport, type ReportRow } from '../../ui/text/template/report.ts'
import type { CommandResult } from '../command.ts'
import type { Option } from '../flags/option.ts'
import type { Style } from '../style/style.ts'
import { DOCKER_FIELDS } from './docker-fields.ts'
import { isInspectJson } from './formatted.ts'
import { type FieldsByPath, withGoFields } from './go-fields.ts'
import { networkReport } from './inspect-network.ts'
import { namesByDigest } from './names-by-digest.ts'
import { PODMAN_FIELDS } from './podman-fields.ts'
import { withTemplateStatus } from './template-status.ts'
import { volumeReport } from './volumes.ts'

export const INSPECT_TYPES = ['all', 'container', 'image', 'volume', 'network', 'pod'] as const

export interface InspectOptions {
  /** of `INSPECT_TYPES` */
  readonly type: string
  /** indented JSON where it is not given */
  readonly format: string | undefined
  /** the sizes of containers, too */
  readonly size?: boolean
  readonly style: Style
}

export const INSPECT_FORMAT = {
  type: 'string',
  alias: 'f',
  placeholder: 'json|TEMPLATE',
  describe: 'JSON, or a Go template',
} as const satisfies Option

/**
 * Containers, images, volumes, networks and pods in detail. Those that were found are shown even where others fail.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function inspectTargets(engine: Engine, refs: readonly string[], options: InspectOptions): CommandResult {
  const { style, format } = options
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
  const lines =
    format === undefined || isInspectJson(format, style)
      ? [goJson(found, format === undefined ? style.inspectIndent : style.inspectJsonIndent)]
      : withTemplateStatus(style, format, () => formatReport(format, found, {}, style.report))
  const isMissing = failures.some((error) => error instanceof TspodError && /_NOT_FOUND$/.test(error.code))
  return { lines, failures, ...(isMissing ? { exitCode: style.inspectMissingStatus } : {}) }
}

/**
 * A container wins over an image of that name, that over a volume, a network and a pod, as in podman.
 *
 * @throws {TspodError} E_NOT_FOUND, and what those throw that look for one
 */
export function inspectOne(engine: Engine, ref: string, { type, size, style, format }: InspectOptions): ReportRow {
  const { containers, images, volumes, pods } = engine.storage
  const isOf = (which: string, has: boolean): boolean => type === which || (type === 'all' && has)
  const json = format === undefined || isInspectJson(format, style)
  const shown = (row: ReportRow, fields: FieldsByPath): ReportRow => (json ? row : withGoFields(row, fields))
  const fields = style.engine === 'docker' ? DOCKER_FIELDS : PODMAN_FIELDS
  // docker's names begin with a slash
  const name = ref.replace(/^\//, '')
  if (isOf('container', containers.find(name) !== undefined)) {
    const inspect = style.engine === 'docker' ? inspectForDocker : inspectContainer
    return shown(inspect(engine, name, { size: size ?? false }), fields.container)
  }
  if (isOf('image', images.find(ref) !== undefined))
    return shown(imageReport(inspectImage(engine, ref), style), fields.image)
  if (isOf('volume', volumes.find(ref) !== undefined)) return shown(volumeReport(volumes.resolve(ref)), fields.volume)
  if (isOf('network', findNetwork(engine, ref) !== undefined))
    return shown(networkReport(engine, ref, { style, json }), fields.network)
  if (isOf('pod', pods.find(ref) !== undefined)) return shown(inspectPod(engine, ref), PODMAN_FIELDS.pod)
  const message = `no ${type === 'all' ? 'container, image, volume, network or pod' : type} ${ref}`
  throw new TspodError('E_NOT_FOUND', message, { hint: hintForName(engine, ref, type) })
}

function imageReport(image: ImageInspect, style: Style): ReportRow {
  const { RepoTags: names, RepoDigests: repoDigests, Digest: manifestDigest } = image
  const isDocker = style.engine === 'docker'
  return {
    ...image,
    Id: style.imageId(image.Id),
    RepoTags: image.RepoTags.map(style.imageName),
    RepoDigests: isDocker ? repoDigests.map(style.imageName) : namesByDigest({ names, repoDigests, manifestDigest }),
  }
}
