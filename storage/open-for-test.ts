import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStorage, type Storage, type StorageOptions } from './open.ts'
import { removeTree } from './remove-tree.ts'

/** For tests: a storage of its own, that goes with its scope. */
export function openTestStorage(options: Partial<StorageOptions> = {}): Storage {
  const base = mkdtempSync(join(tmpdir(), 'tspod-storage-'))
  const storage = openStorage({
    root: join(base, 'root'),
    runroot: join(base, 'run'),
    driver: 'overlay',
    tryOverlay: () => undefined,
    findProgram: () => undefined,
    warn: () => undefined,
    ...options,
  })
  return {
    ...storage,
    [Symbol.dispose]: () => {
      storage[Symbol.dispose]()
      removeTree(base)
    },
  }
}
