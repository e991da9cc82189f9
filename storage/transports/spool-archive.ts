import { createHash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { writeAll } from '../../base/files.ts'
import type { TarEntry } from '../layers/tar-entry.ts'
import { createTarReader } from '../layers/tar-reader.ts'
import { type ArchiveEntries, createArchiveEntries } from './archive-entries.ts'
import { badArchive } from './errors.ts'

/** More than any image has. A disk that is full before says so itself. */
const MAX_BYTES = 2 ** 40

export interface Spool {
  /** the plain bytes of the tar, as they come */
  push(chunk: Buffer): void
  /** @throws {TspodError} E_LAYER_INVALID: the archive is cut off */
  finish(): ArchiveEntries
  /** Gives back what is held when the archive turns out to be bad. */
  abort(): void
}

/**
 * Takes a tar that can be read only once, and keeps each of its files as a file of its own in
 * `directory`, so that a layer need not be copied again to be stored. Hashed on the way.
 *
 * @throws {TspodError} E_BAD_ARCHIVE, E_LAYER_INVALID …: from `push`
 */
export function createSpool(directory: string, name: string): Spool {
  const entries = createArchiveEntries(name)
  let count = 0
  let totalBytes = 0
  let current: { readonly entry: TarEntry; readonly path: string; readonly fd: number } | undefined
  let hash = createHash('sha256')

  const close = (): void => {
    if (current) closeSync(current.fd)
    current = undefined
  }
  const reader = createTarReader({
    entry(entry) {
      if (entry.type !== 'file') {
        entries.add(entry, undefined)
        return
      }
      totalBytes += entry.sizeBytes
      if (totalBytes > MAX_BYTES) throw badArchive(name, `it is larger than ${MAX_BYTES} bytes`)
      const path = join(directory, `${count++}`)
      current = { entry, path, fd: openSync(path, 'wx', 0o600) }
      hash = createHash('sha256')
    },
    data(chunk) {
      hash.update(chunk)
      if (current) writeAll(current.fd, chunk)
    },
    end() {
      if (!current) return
      const { entry, path } = current
      close()
      entries.add(entry, { path, offset: 0, sizeBytes: entry.sizeBytes, sha256: hash.digest('hex') })
    },
  })

  return {
    push: (chunk) => reader.push(chunk),
    finish() {
      reader.finish()
      return entries
    },
    abort: close,
  }
}
