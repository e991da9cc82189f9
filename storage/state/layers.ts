import type { Digest } from '../content/digest.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

export interface LayerRow {
  readonly chainId: Digest
  readonly diffId: Digest
  readonly unpackedSizeBytes: number
}

export interface LayerRows {
  has(chainId: string): boolean
  add(row: LayerRow): void
  remove(chainId: string): void
  list(): Digest[]
  /** of layers that no image and no container has */
  unused(): Digest[]
}

export function openLayerRows(database: Database): LayerRows {
  return {
    has: (chainId) => database.prepare<[string]>('SELECT 1 FROM layers WHERE chain_id = ?').get(chainId) !== undefined,
    add({ chainId, diffId, unpackedSizeBytes }) {
      database
        .prepare(`INSERT INTO layers (chain_id, diff_id, unpacked_size_bytes) VALUES (?, ?, ?)
           ON CONFLICT (chain_id) DO UPDATE SET unpacked_size_bytes = excluded.unpacked_size_bytes`)
        .run(chainId, diffId, unpackedSizeBytes)
    },
    remove(chainId) {
      freeing(database, () => database.prepare('DELETE FROM layers WHERE chain_id = ?').run(chainId))
    },
    list: () => database.prepare<[], Digest>('SELECT chain_id FROM layers').pluck().all(),
    unused: () =>
      database
        .prepare<[], Digest>(
          `SELECT chain_id FROM layers
           WHERE chain_id NOT IN (SELECT chain_id FROM image_layers)
             AND chain_id NOT IN (SELECT value FROM containers, json_each(containers.layers))`,
        )
        .pluck()
        .all(),
  }
}
