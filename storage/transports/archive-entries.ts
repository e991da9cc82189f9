import { posix } from 'node:path'
import type { TarEntry } from '../layers/tar-entry.ts'
import { badArchive } from './errors.ts'

/** Where the data of an entry lies: somewhere in the archive, or in a file of its own. */
export interface StoredFile {
  readonly path: string
  readonly offset: number
  readonly sizeBytes: number
  /** hexadecimal; known where the data was read on its way */
  readonly sha256?: string
}

/** What an archive has in it. Links are resolved, as far as they stay in it. */
export interface ArchiveEntries {
  /** @throws {TspodError} E_BAD_ARCHIVE: the entry leads out of the archive, or there are too many, or it was there before */
  add(entry: TarEntry, stored: StoredFile | undefined): void
  find(file: string): StoredFile | undefined
  list(): readonly string[]
}

/** An image of 500 layers has some 1,500 entries in the layout of old dockers. */
const MAX_ENTRIES = 100_000
const MAX_LINKS = 10

export function createArchiveEntries(name: string): ArchiveEntries {
  const files = new Map<string, StoredFile>()
  const links = new Map<string, string>()
  return {
    add(entry, stored) {
      const file = insideName(name, entry.name)
      if (entry.type === 'directory') return
      if (files.has(file) || links.has(file)) throw badArchive(name, `it has ${shown(file)} twice`)
      if (files.size + links.size >= MAX_ENTRIES) throw badArchive(name, `it has more than ${MAX_ENTRIES} entries`)
      if (stored) files.set(file, stored)
      else if (entry.type === 'hardlink') links.set(file, insideName(name, entry.linkName))
      else if (entry.type === 'symlink') links.set(file, insideLink(name, file, utf8(entry.linkName)))
    },
    find(file) {
      let at = posix.normalize(file)
      for (let followed = 0; followed <= MAX_LINKS; followed++) {
        const found = files.get(at)
        if (found) return found
        const next = links.get(at)
        if (next === undefined) return undefined
        at = next
      }
      return undefined
    },
    list: () => [...files.keys()],
  }
}

/** The name of an entry without `./` and the like. */
function insideName(archive: string, latin1: string): string {
  const text = utf8(latin1)
  const parts = text.split('/').filter((part) => part !== '' && part !== '.')
  if (text.startsWith('/') || parts.includes('..') || text.includes('\0')) {
    throw badArchive(archive, `its entry ${shown(text)} leads out of it`)
  }
  return parts.join('/')
}

function insideLink(archive: string, file: string, target: string): string {
  const path = posix.normalize(posix.join(posix.dirname(file), target))
  if (target.startsWith('/') || path === '..' || path.startsWith('../')) {
    throw badArchive(archive, `its link ${shown(file)} leads out of it`)
  }
  return path
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}

function shown(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}
