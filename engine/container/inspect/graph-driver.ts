import { join } from 'node:path'
import type { ContainerRow } from '../../../storage/state/container-row.ts'
import type { Engine } from '../../engine.ts'
import { goMap } from '../../go-map.ts'

/** Where the files of the container's root file system are. */
export function graphDriver({ storage }: Engine, row: ContainerRow) {
  const [upper = '', ...lower] = storage.driver(row.driver).directories(row.id, row.layers)
  const data =
    row.driver === 'vfs'
      ? {}
      : {
          ...(lower.length > 0 ? { LowerDir: lower.join(':') } : {}),
          UpperDir: upper,
          WorkDir: join(upper, '..', 'work'),
        }
  return { Name: row.driver, Data: goMap<string>(data) }
}
