import { posix } from 'node:path'
import { badValue } from './bad-value.ts'
import { parseTarget } from './parse-target.ts'
import { type OverlayPlaces, parseVolumeOptions } from './volume-options.ts'

/** What is to be mounted, before anyone has looked whether it exists. */
export interface VolumeRequest {
  readonly kind: 'bind' | 'named' | 'anonymous' | 'image' | 'glob'
  /** absolute path of a bind, or with wildcards of a glob; name of a volume or image; '' of an anonymous volume */
  readonly source: string
  readonly target: string
  /** mount(8) words */
  readonly options: readonly string[]
  /** a new volume is to start as a copy of what the image has at `target` */
  readonly copy: boolean
  /** the source is to belong to the container's user */
  readonly chown?: true
  /** what is written goes elsewhere, and the source stays as it is */
  readonly overlay?: OverlayPlaces
  /** a path inside the source, which is to be mounted in its place */
  readonly subpath?: string
  /** a source that does not exist is made, as an empty directory */
  readonly createSource?: true
  /** a volume that has to be made gets these */
  readonly labels?: Readonly<Record<string, string>>
}

/** Source: podman-volume-create(1); the grammar is Docker's. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/

/**
 * `[source:]target[:options]`. A source that begins with `/` or `.` is a path, relative ones to
 * `cwd`; any other is the name of a volume; without one the volume is anonymous.
 *
 * @throws {TspodError} E_BAD_VOLUME, E_UNSUPPORTED_OPTION
 * @see podman-run(1), "--volume"
 */
export function parseVolume(text: string, cwd: string): VolumeRequest {
  const [first = '', second, options = '', ...more] = text.split(':')
  if (more.length > 0) throw badVolume(text, 'it has more than two colons')
  if (second === undefined) return anonymousVolume(parseTarget(first, text, 'volume'))
  const target = parseTarget(second, text, 'volume')
  return { ...parseSource(first, cwd, text), target, ...parseVolumeOptions(options, text) }
}

/** A volume without a name, as an image's VOLUME asks for. */
export function anonymousVolume(target: string): VolumeRequest {
  return { kind: 'anonymous', source: '', target, ...parseVolumeOptions('', '') }
}

function parseSource(source: string, cwd: string, text: string): Pick<VolumeRequest, 'kind' | 'source'> {
  if (source === '') throw badVolume(text, 'the source is empty')
  if (source.includes('\0')) throw badVolume(text, 'the source has a NUL character')
  if (source.startsWith('/') || source.startsWith('.')) return { kind: 'bind', source: posix.resolve(cwd, source) }
  if (isVolumeName(source)) return { kind: 'named', source }
  throw badVolume(text, 'the source is neither a path nor a name for a volume', 'begin a path with / or ./')
}

export function isVolumeName(text: string): boolean {
  return NAME.test(text)
}

function badVolume(text: string, why: string, hint?: string): Error {
  return badValue('E_BAD_VOLUME', 'volume', text, why, hint)
}
