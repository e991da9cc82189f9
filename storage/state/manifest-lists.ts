import type { Digest } from '../content/digest.ts'
import type { ManifestList } from '../images/manifest-list.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

export interface ManifestListRows {
  /** In one transaction: as it is given, whether or not it was there, and with its names taken from whatever has them. */
  save(list: ManifestList, blobs: readonly Digest[]): void
  get(id: string): ManifestList | undefined
  /** newest first */
  list(): ManifestList[]
  idOfName(name: string): string | undefined
  /** at most two */
  idsWithPrefix(prefix: string): string[]
  tag(name: string, id: string): void
  untag(name: string): void
  remove(id: string): void
  /** what is kept for it: manifests, and of images that were in storage configurations and layers */
  blobsOf(id: string): Digest[]
}

interface ListRecord {
  readonly id: string
  readonly created_at_ms: number
  readonly document: string
}

export function openManifestListRows(database: Database): ManifestListRows {
  const column = (sql: string, value: string): string[] => database.prepare<[string], string>(sql).pluck().all(value)

  const listOf = ({ id, created_at_ms, document }: ListRecord): ManifestList => ({
    // Written by save.
    ...(JSON.parse(document) as Pick<ManifestList, 'entries' | 'annotations'>),
    id,
    createdAtMs: created_at_ms,
    names: column('SELECT name FROM manifest_list_names WHERE list_id = ? ORDER BY name', id),
  })

  const tag = (name: string, id: string): void => {
    database.prepare('INSERT OR REPLACE INTO manifest_list_names (name, list_id) VALUES (?, ?)').run(name, id)
  }

  const save = (list: ManifestList, blobs: readonly Digest[]): void => {
    const { id, names, createdAtMs, entries, annotations } = list
    database
      .prepare(
        `INSERT INTO manifest_lists (id, created_at_ms, document) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET document = excluded.document`,
      )
      .run(id, createdAtMs, JSON.stringify({ entries, annotations }))
    database.prepare('DELETE FROM manifest_list_blobs WHERE list_id = ?').run(id)
    const addBlob = database.prepare('INSERT OR IGNORE INTO manifest_list_blobs (list_id, digest) VALUES (?, ?)')
    for (const digest of blobs) addBlob.run(id, digest)
    for (const name of names) tag(name, id)
  }

  return {
    save: (list, blobs) => database.transaction(() => save(list, blobs)).immediate(),
    get(id) {
      const record = database.prepare<[string], ListRecord>('SELECT * FROM manifest_lists WHERE id = ?').get(id)
      return record && listOf(record)
    },
    list: () =>
      database
        .prepare<[], ListRecord>('SELECT * FROM manifest_lists ORDER BY created_at_ms DESC, id')
        .all()
        .map(listOf),
    idOfName: (name) => column('SELECT list_id FROM manifest_list_names WHERE name = ?', name)[0],
    idsWithPrefix: (prefix) => column("SELECT id FROM manifest_lists WHERE id GLOB ? || '*' LIMIT 2", prefix),
    tag,
    untag(name) {
      freeing(database, () => database.prepare('DELETE FROM manifest_list_names WHERE name = ?').run(name))
    },
    remove(id) {
      freeing(database, () => database.prepare('DELETE FROM manifest_lists WHERE id = ?').run(id))
    },
    blobsOf: (id) => column('SELECT digest FROM manifest_list_blobs WHERE list_id = ?', id) as Digest[],
  }
}
