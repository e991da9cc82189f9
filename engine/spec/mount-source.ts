import { posix } from 'node:path'
import { badMount, type MountFields } from './mount-fields.ts'
import { isTrue, readMountOptions } from './mount-options.ts'
import { parseLabel } from './parse-labels.ts'
import { parseTarget } from './parse-target.ts'
import { isVolumeName, type VolumeRequest } from './parse-volume.ts'
import { parseVolumeOptions } from './volume-options.ts'

/** Options of each type beside those that all have, and one name for each. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bind: { 'create-mountpoint': 'create', 'bind-create-src': 'create', subpath: 'subpath' },
  glob: {},
  volume: {
    nocopy: 'nocopy',
    'volume-nocopy': 'nocopy',
    subpath: 'subpath',
    'volume-subpath': 'subpath',
    'volume-label': 'label',
    'volume-driver': 'driver',
  },
  image: { subpath: 'subpath', 'image-subpath': 'subpath' },
}

/**
 * A --mount of type bind, volume, image or glob.
 *
 * @throws {TspodError} E_BAD_MOUNT, E_BAD_VOLUME, E_UNSUPPORTED_OPTION
 */
export function sourceMount(fields: MountFields, cwd: string): VolumeRequest {
  const { text, type } = fields
  const { words, settings } = readMountOptions(fields, SETTINGS[type] ?? {})
  const last = (name: string): string | undefined => settings.get(name)?.at(-1)
  const isSet = (name: string): boolean => settings.has(name) && isTrue(name, last(name) ?? '', text)
  if ((last('driver') ?? 'local') !== 'local') throw badMount(text, 'the only driver of volumes is local')
  const nocopy = isSet('nocopy') ? ['nocopy'] : []
  // An image is as it was made unless it is asked for otherwise.
  const access = type === 'image' && !words.includes('rw') ? ['ro'] : []
  const { copy, ...options } = parseVolumeOptions([...words, ...nocopy, ...access].join(','), text, '--mount')
  const labels = (settings.get('label') ?? []).map((label) => parseLabel(label))
  const subpath = last('subpath')
  return {
    ...placesOf(fields, cwd),
    ...options,
    copy: copy && type === 'volume',
    ...(subpath ? { subpath: parseSubpath(subpath, text) } : {}),
    ...(isSet('create') && { createSource: true }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
  }
}

function placesOf(fields: MountFields, cwd: string): Pick<VolumeRequest, 'kind' | 'source' | 'target'> {
  const { source, text, type } = fields
  if (source.includes('\0')) throw badMount(text, 'the source has a NUL character')
  if (source === '' && type !== 'volume') throw badMount(text, `a mount of type ${type} needs a source`)
  const path = posix.resolve(cwd, source)
  if (type === 'glob') return { kind: 'glob', source: path, target: fields.target ? targetOf(fields) : '' }
  const target = targetOf(fields)
  if (type === 'bind') return { kind: 'bind', source: path, target }
  if (type === 'image') return { kind: 'image', source, target }
  if (source === '') return { kind: 'anonymous', source, target }
  if (isVolumeName(source)) return { kind: 'named', source, target }
  throw badMount(text, 'the source is no name for a volume', 'for a path use type=bind')
}

function targetOf({ target, text }: MountFields): string {
  if (target === undefined) throw badMount(text, 'it has no target', 'add target=/path/in/the/container')
  return parseTarget(target, text, '--mount')
}

function parseSubpath(text: string, whole: string): string {
  const path = posix.normalize(text).replace(/^\/+|\/+$/g, '')
  if (path.startsWith('..') || path.includes('\0') || path.length > 4000)
    throw badMount(whole, 'the subpath leads out of the source')
  return path === '.' ? '' : path
}
