import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'

/** Ids of the containers of each volume that has one, by the volume's name. */
export function volumeUsers(engine: Engine): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>()
  for (const row of engine.storage.containers.list()) {
    for (const { type, name } of parseContainerConfig(row.config).volumes) {
      if (type === 'volume') users.set(name, [...(users.get(name) ?? []), row.id])
    }
  }
  return users
}
