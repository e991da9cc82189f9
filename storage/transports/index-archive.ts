import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { TarEntry } from '../layers/tar-entry.ts'
import { BLOCK } from '../layers/tar-header.ts'
import { createTarReader } from '../layers/tar-reader.ts'
import { type ArchiveEntries, createArchiveEntries } from './archive-entries.ts'
import { badArchive } from './errors.ts'

/**
 * Finds out what is where in a tar that is a regular file. Reads the headers only, however large
 * it is.
 *
 * @throws {TspodError} E_BAD_ARCHIVE, E_LAYER_INVALID: not a tar, cut off
 */
export function indexArchive(path: string, name: string): ArchiveEntries {
  const entries = createArchiveEntries(name)
  const block = Buffer.alloc(BLOCK)
  const fd = openSync(path, 'r')
  try {
    const endBytes = fstatSync(fd).size
    let position = 0
    const add = (entry: TarEntry): void => {
      const offset = position + BLOCK
      entries.add(entry, entry.type === 'file' ? { path, offset, sizeBytes: entry.sizeBytes } : undefined)
    }
    const reader = createTarReader({ entry: add, data: () => {}, end: () => {} })
    while (position < endBytes && !reader.isEnded) {
      if (readSync(fd, block, 0, BLOCK, position) < BLOCK) throw badArchive(name, 'not an image archive: it is cut off')
      reader.push(block)
      position += BLOCK + reader.skip()
    }
    reader.finish()
    if (position > endBytes) throw badArchive(name, 'the archive is cut off')
    return entries
  } finally {
    closeSync(fd)
  }
}
