import { createHash } from 'node:crypto'
import { type Digest, digestOfHex, hexOf } from '../content/digest.ts'
import { type Compression, detectCompression, MAGIC_BYTES } from '../layers/decompress.ts'
import { MAX_CONFIG_BYTES, parseImageConfig } from '../registry/image-config.ts'
import { MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import { type DockerImage, parseDockerManifest } from './docker-manifest.ts'
import { badArchive, missingBlob } from './errors.ts'
import type { FileTree } from './file-tree.ts'
import type { ImageSource } from './image-place.ts'
import { readLegacyImages } from './legacy-docker.ts'
import { makeManifest } from './make-manifest.ts'

/** An image of the archive: its configuration is a file, or is made of several in old archives. */
export interface ArchivedImage extends Omit<DockerImage, 'config'> {
  readonly config: Buffer
}

/** The images that a `docker save` of any version wrote. @throws {TspodError} E_BAD_ARCHIVE */
export async function readDockerImages(files: FileTree): Promise<ArchivedImage[]> {
  const manifest = files.read('manifest.json', MAX_MANIFEST_BYTES)
  if (!manifest) return await readLegacyImages(files)
  return parseDockerManifest(manifest, files.name).map((image) => {
    const config = files.read(image.config, MAX_CONFIG_BYTES)
    if (!config) throw badArchive(files.name, `it has no ${image.config}`)
    return { ...image, config }
  })
}

/**
 * An image of a docker archive. It comes without a manifest, so one is made: of Docker's format,
 * with the layers as they are in the archive, which is uncompressed mostly.
 *
 * @throws {TspodError} E_BAD_ARCHIVE
 */
export async function dockerArchiveSource(files: FileTree, image: ArchivedImage): Promise<ImageSource> {
  const layers = await describeLayers(files, image)
  const config = { digest: sha256(image.config), sizeBytes: image.config.length }
  const document = makeManifest(config, layers, 'docker')
  const fileOf = new Map<Digest, string>(layers.map(({ digest, file }) => [digest, file]))
  return {
    name: files.name,
    async readDocument(digest = document.digest) {
      if (digest !== document.digest) throw missingBlob(files.name, digest)
      return document
    },
    openBlob(blob, offset) {
      if (blob.digest === config.digest) return only(image.config.subarray(offset))
      const file = fileOf.get(blob.digest)
      if (file === undefined) throw missingBlob(files.name, blob.digest)
      return files.open(file, offset)
    },
    takeBlob({ digest }, path) {
      const file = fileOf.get(digest)
      return file !== undefined && (files.take?.(file, path, hexOf(digest)) ?? false)
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

interface ArchivedLayer {
  readonly file: string
  readonly digest: Digest
  readonly sizeBytes: number
  readonly compression: Compression
}

async function describeLayers(files: FileTree, { config, layers }: ArchivedImage): Promise<ArchivedLayer[]> {
  const { diffIds } = parseImageConfig(config)
  if (diffIds.length !== layers.length) {
    throw badArchive(files.name, `an image has ${layers.length} layers and a configuration of ${diffIds.length}`)
  }
  const described: ArchivedLayer[] = []
  for (const [index, file] of layers.entries()) {
    const [sizeBytes, diffId] = [files.sizeOf(file), diffIds[index]]
    if (sizeBytes === undefined || diffId === undefined) throw badArchive(files.name, `it has no ${file}`)
    const compression = detectCompression(await firstBytes(files.open(file, 0)))
    // What is not compressed has the digest that the configuration says; whoever reads it finds out.
    const digest = compression === 'none' ? diffId : await digestOfFile(files, file)
    described.push({ file, digest, sizeBytes, compression })
  }
  return described
}

async function firstBytes(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  for await (const chunk of stream) return Buffer.from(chunk.subarray(0, MAGIC_BYTES))
  return Buffer.alloc(0)
}

async function digestOfFile(files: FileTree, file: string): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of files.open(file, 0)) hash.update(chunk)
  return digestOfHex(hash.digest('hex'))
}

function sha256(bytes: Uint8Array): Digest {
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'))
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}
