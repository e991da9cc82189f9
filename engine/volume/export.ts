import { resolve } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { type ByteOutput, openFileOutput } from '../../storage/transports/byte-output.ts'
import { tarOfDirectory } from '../../storage/volumes/tar-of-directory.ts'
import type { Volume } from '../../storage/volumes/volumes.ts'
import { asCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'
import { isBind } from './source.ts'

/**
 * Writes what is in a volume as a tar.
 *
 * @param output a path, or where the bytes go
 * @throws {TspodError} E_VOLUME_NOT_FOUND, E_CANNOT_WRITE, E_NO_SPACE
 * @throws {TspodError} E_VOLUME_IN_MEMORY: it is of type tmpfs, and so nowhere but in containers
 * @see podman-volume-export(1)
 */
export function exportVolume(engine: Engine, name: string, output: string | ByteOutput): void {
  const directory = volumeDirectory(engine.storage.volumes.resolve(name))
  using bytes =
    typeof output === 'string' ? asCaller(engine, () => openFileOutput(resolve(engine.cwd, output))) : output
  for (const piece of tarOfDirectory(directory)) bytes.write(piece)
  bytes.commit()
}

/**
 * The directory with what is in a volume.
 *
 * @throws {TspodError} E_VOLUME_IN_MEMORY
 */
export function volumeDirectory({ name, options, path }: Volume): string {
  if (options['type'] === 'tmpfs')
    throw new TspodError('E_VOLUME_IN_MEMORY', `the volume ${name} is in memory, and only while a container has it`)
  return isBind(options) ? (options['device'] ?? path) : path
}
