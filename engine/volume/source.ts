import { existsSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import type { Volume } from '../../storage/volumes/volumes.ts'
import type { OciMount } from '../spec/oci.ts'
import { EMPTY_TMPFS, tmpfsOptions } from '../spec/parse-tmpfs.ts'
import type { ResolvedVolume } from '../spec/spec-input.ts'

/**
 * What is mounted of a volume: its directory, or what its options say. One of type tmpfs is a file
 * system in memory that each container has for itself, as nothing is mounted outside of containers.
 *
 * @param options mount(8) words of the container
 * @throws {TspodError} E_NO_SUCH_PATH: the device of a bind does not exist
 */
export function volumeSource(volume: Volume, target: string, options: readonly string[]): ResolvedVolume | OciMount {
  const { type, device = '' } = volume.options
  const words = (volume.options['o'] ?? '').split(',').filter((word) => word !== '')
  if (type === 'tmpfs') {
    const access = options.includes('ro') ? ['ro'] : []
    const all = tmpfsOptions([...words, ...access], { text: '', defaults: EMPTY_TMPFS })
    return { destination: target, type: 'tmpfs', source: 'tmpfs', options: all }
  }
  if (!isBind(volume.options)) return { source: volume.path, target, options }
  if (!existsSync(device)) {
    throw new TspodError('E_NO_SUCH_PATH', `the directory ${device} of the volume ${volume.name} does not exist`)
  }
  const isReadonly = words.includes('ro')
  return {
    source: device,
    target,
    options: isReadonly ? options.map((word) => (word === 'rw' ? 'ro' : word)) : options,
  }
}

/** Whether a volume is a directory of the host's. */
export function isBind({ type, o = '' }: Volume['options']): boolean {
  return type === 'bind' || (o.split(',').some((word) => word === 'bind' || word === 'rbind') && type !== 'tmpfs')
}
