import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import { badArchive, notThere } from '../../storage/transports/errors.ts'
import { readPlain } from '../../storage/transports/plain-bytes.ts'
import { importInto } from '../../storage/volumes/import-into.ts'
import type { Engine } from '../engine.ts'
import { volumeDirectory } from './export.ts'
import { lockVolume } from './lock.ts'

/**
 * Takes the files of a tar, which may be compressed, into a volume, over what has the same names.
 * A tar that is not whole changes nothing.
 *
 * @param input a path, or a stream
 * @throws {TspodError} E_VOLUME_NOT_FOUND, E_NO_SUCH_FILE, E_BAD_ARCHIVE, E_NO_PROGRAM, E_NO_SPACE
 * @throws {TspodError} E_UNSUPPORTED_OPTION: the volume is a directory of the host's
 * @see podman-volume-import(1)
 */
export async function importVolume(engine: Engine, name: string, input: string | AsyncIterable<Buffer>): Promise<void> {
  const { volumes, paths } = engine.storage
  const source = typeof input === 'string' ? input : 'stdin'
  const stream = typeof input === 'string' ? openFile(resolve(engine.cwd, input)) : input
  await using _lock = await lockVolume(engine, volumes.resolve(name).name)
  const volume = volumes.resolve(name) // again: it may have gone while we waited
  if (volumeDirectory(volume) !== volume.path)
    throw new TspodError('E_UNSUPPORTED_OPTION', `the volume ${name} is a directory of the host's: unpack it there`)
  using files = importInto(paths.volume(volume.name))
  try {
    await readPlain(stream, { name: source, sink: (chunk) => files.write(chunk) })
    files.commit()
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw notThere(source, error)
    if (isErrno(error, 'EACCES', 'EISDIR')) throw badArchive(source, 'it cannot be read', error)
    const isBad = error instanceof TspodError && error.code.startsWith('E_LAYER_')
    throw isBad ? badArchive(source, `it is no whole tar: ${messageOf(error)}`, error) : error
  }
  volumes.markFilled(volume.name)
}

function openFile(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>
}
