import { opendirSync } from 'node:fs'
import { ofDescriptor } from './descriptors.ts'

/** The names in an open directory, Latin-1, a few at a time: it may have any number of them. */
export function* namesIn(fd: number): Generator<string> {
  const directory = opendirSync(ofDescriptor(fd), { encoding: 'latin1', bufferSize: 256 })
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) yield entry.name
  } finally {
    directory.closeSync()
  }
}
