import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { VolumeRow } from '../../storage/state/volumes.ts'
import type { Engine } from '../engine.ts'

/**
 * An engine that looks at all there is, and makes nothing of it: volumes that are missing are only
 * said to be there, layers are not mapped, nobody is locked out, and what belongs to a container goes
 * into `directory`, which is thrown away.
 */
export function dryEngine(engine: Engine, directory: string): Engine {
  const { storage } = engine
  const imagined = (row: VolumeRow) => ({ ...row, path: storage.paths.volumeData(row.name) })
  const made = (name: string, anonymous: boolean) =>
    imagined({ name, anonymous, createdAtMs: Date.now(), labels: {}, options: {}, filled: false })
  const place = (id: string): string => {
    const path = join(directory, id)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }
  // One whose namespaces are shared.
  const isThere = (id: string): boolean => storage.containers.find(id)?.id === id
  const lock = { [Symbol.dispose]: () => {}, [Symbol.asyncDispose]: async () => {} }
  return {
    ...engine,
    storage: {
      ...storage,
      volumes: {
        ...storage.volumes,
        ensure: (name) => storage.volumes.find(name) ?? made(name, false),
        createAnonymous: (name) => made(name, true),
        remove: () => {},
      },
      facts: { ...storage.facts, set: () => {} },
      networks: {
        ...storage.networks,
        create: (make) => ({ number: 0, ...make(storage.networks.list()) }),
        remove: () => false,
      },
      locks: { ...storage.locks, acquire: async () => lock, tryAcquire: () => lock, forget: () => {} },
      driver: (name) => ({
        ...storage.driver(name),
        prepare: async (_layers, { uids, gids }) => ({ uids, gids }),
      }),
    },
    containerDir: (id) => (isThere(id) ? engine.containerDir(id) : place(id)),
    runDir: (id) => (isThere(id) ? engine.runDir(id) : place(id)),
  }
}
