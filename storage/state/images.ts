import type { Digest } from '../content/digest.ts'
import type { Image, ImageConfig, ImageLayer } from '../images/image.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

/** All that becomes known of an image at once. */
export interface NewImage {
  readonly id: string
  readonly manifestDigest: Digest
  readonly manifestMediaType: string
  readonly config: ImageConfig
  readonly createdAtMs: number
  readonly layers: readonly Omit<ImageLayer, 'unpackedSizeBytes'>[]
  /** every blob that is kept for it: manifests, configuration, layers */
  readonly blobs: readonly Digest[]
  /** taken away from the images that have them */
  readonly names: readonly string[]
  readonly repoDigests: readonly string[]
}

export interface ImageRows {
  /** In one transaction: afterwards the image is there whole, or not at all. */
  publish(image: NewImage): void
  get(id: string): Image | undefined
  /** newest first */
  list(): Image[]
  idOfName(name: string): string | undefined
  /** of `repository@sha256:…` */
  idOfRepoDigest(reference: string): string | undefined
  idOfManifest(digest: string): string | undefined
  /** at most two */
  idsWithPrefix(prefix: string): string[]
  /** every name and repo digest with the image it stands for */
  references(): { readonly reference: string; readonly imageId: string }[]
  tag(name: string, id: string): void
  untag(name: string): void
  /** `repository@sha256:…` is of this image from now on, if it is there still. */
  addRepoDigest(reference: string, id: string): void
  /** Fails with SQLITE_CONSTRAINT_FOREIGNKEY while a container uses it. */
  remove(id: string): void
  /** ids of the containers that use it */
  containersOf(id: string): string[]
  /** ids of the containers whose configuration speaks of it: those that mount it, beside those that use it */
  mentionedBy(id: string): string[]
  /** every blob that is kept for it */
  blobsOf(id: string): Digest[]
  /** whether any image or manifest list needs this blob */
  needsBlob(digest: Digest): boolean
}

interface ImageRecord {
  readonly id: string
  readonly manifest_digest: Digest
  readonly manifest_media_type: string
  readonly config: string
  readonly created_at_ms: number
}

interface LayerRecord {
  readonly chain_id: Digest
  readonly diff_id: Digest
  readonly blob_digest: Digest
  readonly blob_size_bytes: number
  readonly unpacked_size_bytes: number
}

export function openImageRows(database: Database): ImageRows {
  const imageId = (sql: string, value: string): string | undefined =>
    database.prepare<[string], { id: string }>(sql).get(value)?.id

  const column = (sql: string, id: string): string[] => database.prepare<[string], string>(sql).pluck().all(id)

  const layersOf = (id: string): ImageLayer[] =>
    database
      .prepare<[string], LayerRecord>(
        `SELECT chain_id, diff_id, blob_digest, blob_size_bytes, unpacked_size_bytes
         FROM image_layers JOIN layers USING (chain_id) WHERE image_id = ? ORDER BY position`,
      )
      .all(id)
      .map((layer) => ({
        chainId: layer.chain_id,
        diffId: layer.diff_id,
        blobDigest: layer.blob_digest,
        blobSizeBytes: layer.blob_size_bytes,
        unpackedSizeBytes: layer.unpacked_size_bytes,
      }))

  const imageOf = (record: ImageRecord): Image => {
    const layers = layersOf(record.id)
    return {
      id: record.id,
      manifestDigest: record.manifest_digest,
      manifestMediaType: record.manifest_media_type,
      // Written by publish, from what parseImageConfig made.
      config: JSON.parse(record.config) as ImageConfig,
      layers,
      names: column('SELECT name FROM image_names WHERE image_id = ? ORDER BY name', record.id),
      repoDigests: column('SELECT reference FROM image_digests WHERE image_id = ? ORDER BY reference', record.id),
      createdAtMs: record.created_at_ms,
      sizeBytes: layers.reduce((sum, layer) => sum + layer.unpackedSizeBytes, 0),
    }
  }

  const tag = (name: string, id: string): void => {
    database.prepare('INSERT OR REPLACE INTO image_names (name, image_id) VALUES (?, ?)').run(name, id)
  }

  return {
    publish: (image) => database.transaction(() => insertImage(database, image, tag)).immediate(),
    get(id) {
      const record = database.prepare<[string], ImageRecord>('SELECT * FROM images WHERE id = ?').get(id)
      return record && imageOf(record)
    },
    list: () =>
      database.prepare<[], ImageRecord>('SELECT * FROM images ORDER BY created_at_ms DESC, id').all().map(imageOf),
    idOfName: (name) => imageId('SELECT image_id AS id FROM image_names WHERE name = ?', name),
    idOfRepoDigest: (reference) => imageId('SELECT image_id AS id FROM image_digests WHERE reference = ?', reference),
    idOfManifest: (digest) => imageId('SELECT id FROM images WHERE manifest_digest = ? ORDER BY id', digest),
    idsWithPrefix: (prefix) => column("SELECT id FROM images WHERE id GLOB ? || '*' ORDER BY id LIMIT 2", prefix),
    references: () =>
      database
        .prepare<[], { reference: string; imageId: string }>(
          `SELECT name AS reference, image_id AS imageId FROM image_names
           UNION ALL SELECT reference, image_id FROM image_digests ORDER BY 1`,
        )
        .all(),
    tag,
    untag(name) {
      freeing(database, () => database.prepare('DELETE FROM image_names WHERE name = ?').run(name))
    },
    addRepoDigest(reference, id) {
      database
        .prepare('INSERT OR REPLACE INTO image_digests (reference, image_id) SELECT ?, id FROM images WHERE id = ?')
        .run(reference, id)
    },
    remove(id) {
      freeing(database, () => database.prepare('DELETE FROM images WHERE id = ?').run(id))
    },
    containersOf: (id) => column('SELECT id FROM containers WHERE image_id = ? ORDER BY created_at_ms', id),
    mentionedBy: (id) => column('SELECT id FROM containers WHERE instr(config, ?) > 0 ORDER BY created_at_ms', id),
    blobsOf: (id) => column('SELECT digest FROM image_blobs WHERE image_id = ? ORDER BY digest', id) as Digest[],
    needsBlob: (digest) =>
      imageId('SELECT image_id AS id FROM image_blobs WHERE digest = ?', digest) !== undefined ||
      imageId('SELECT list_id AS id FROM manifest_list_blobs WHERE digest = ?', digest) !== undefined,
  }
}

function insertImage(database: Database, image: NewImage, tag: (name: string, id: string) => void): void {
  const { id } = image
  database
    .prepare(
      `INSERT INTO images (id, manifest_digest, manifest_media_type, config, created_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET manifest_digest = excluded.manifest_digest,
         manifest_media_type = excluded.manifest_media_type, config = excluded.config`,
    )
    .run(id, image.manifestDigest, image.manifestMediaType, JSON.stringify(image.config), image.createdAtMs)
  database.prepare('DELETE FROM image_layers WHERE image_id = ?').run(id)
  const addLayer = database.prepare(
    'INSERT INTO image_layers (image_id, position, chain_id, blob_digest, blob_size_bytes) VALUES (?, ?, ?, ?, ?)',
  )
  image.layers.forEach((layer, position) => {
    addLayer.run(id, position, layer.chainId, layer.blobDigest, layer.blobSizeBytes)
  })
  const addBlob = database.prepare('INSERT OR IGNORE INTO image_blobs (image_id, digest) VALUES (?, ?)')
  for (const digest of image.blobs) addBlob.run(id, digest)
  for (const name of image.names) tag(name, id)
  const addDigest = database.prepare('INSERT OR REPLACE INTO image_digests (reference, image_id) VALUES (?, ?)')
  for (const reference of image.repoDigests) addDigest.run(reference, id)
}
