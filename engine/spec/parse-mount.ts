import { nearest } from '../../base/nearest.ts'
import { badValue } from './bad-value.ts'
import { badMount, readMountFields } from './mount-fields.ts'
import { filesystemMount, isFilesystem } from './mount-filesystem.ts'
import { sourceMount } from './mount-source.ts'
import type { OciMount } from './oci.ts'
import type { TmpfsDefaults } from './parse-tmpfs.ts'
import type { VolumeRequest } from './parse-volume.ts'

/** What a --mount asks for: something with a source, or a new file system. */
export type MountRequest =
  | { readonly kind: 'volume'; readonly volume: VolumeRequest }
  | { readonly kind: 'filesystem'; readonly mount: OciMount }

const TYPES = ['bind', 'volume', 'tmpfs', 'image', 'devpts', 'ramfs', 'glob']

/**
 * `type=…,source=…,target=…` and options. Without a type it is a volume.
 *
 * @param cwd absolute; relative sources are relative to it
 * @param defaults see `filesystemMount`
 * @throws {TspodError} E_BAD_MOUNT, E_BAD_VOLUME, E_BAD_SIZE, E_UNSUPPORTED_OPTION
 * @see podman-run(1), "--mount"
 */
export function parseMount(text: string, cwd: string, defaults?: TmpfsDefaults): MountRequest {
  const fields = readMountFields(text)
  if (!TYPES.includes(fields.type)) throw badType(fields.type, text)
  if (isFilesystem(fields.type)) return { kind: 'filesystem', mount: filesystemMount(fields, defaults) }
  return { kind: 'volume', volume: sourceMount(fields, cwd) }
}

function badType(type: string, text: string): Error {
  if (type === 'artifact') return badValue('E_UNSUPPORTED_OPTION', '--mount', text, 'there are no artifacts yet')
  const meant = nearest(type, TYPES)
  return badMount(text, 'there is no such type', meant ? `did you mean ${meant}?` : `use one of ${TYPES.join(', ')}`)
}
