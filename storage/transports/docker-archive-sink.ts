import { hexOf } from '../content/digest.ts'
import { parseManifest } from '../registry/manifest.ts'
import { badArchive } from './errors.ts'
import type { FileTreeWriter } from './file-tree.ts'
import type { ImageBlob, ImageDocument, ImageSink } from './image-place.ts'

/** A docker archive that is being written, of one or several images. */
export interface DockerArchiveWriter {
  /** An image under these names, full references with a tag. */
  sink(names: readonly string[]): ImageSink
  /** Writes what says which images there are, after all of them. */
  finish(): Promise<void>
}

/**
 * What `docker load` of any version reads: layers uncompressed, manifest.json, and `repositories`
 * for the oldest readers.
 *
 * @see moby, image/spec/v1.2.md
 */
export function createDockerArchiveWriter(files: FileTreeWriter): DockerArchiveWriter {
  const images: DescribedImage[] = []
  return {
    sink: (names) => ({
      name: files.name,
      layers: 'uncompressed',
      formats: ['docker', 'oci'],
      hasBlob: async (blob) => files.has(fileOf(blob), blob.sizeBytes),
      writeBlob: (blob, open) => files.writeStream(fileOf(blob), blob.sizeBytes, open(0)),
      async writeDocument(document) {
        images.push(describe(document, names, files.name))
      },
      commit: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }),
    async finish() {
      await files.write('repositories', Buffer.from(JSON.stringify(repositoriesOf(images))))
      await files.write('manifest.json', Buffer.from(JSON.stringify(images)))
      await files.commit()
    },
  }
}

interface DescribedImage {
  readonly Config: string
  readonly RepoTags: readonly string[]
  readonly Layers: readonly string[]
}

function describe(document: ImageDocument, names: readonly string[], name: string): DescribedImage {
  const manifest = parseManifest(document.bytes, document.mediaType)
  if (manifest.kind !== 'manifest') throw badArchive(name, 'a docker archive has no room for an index of images')
  return {
    Config: fileOf({ ...manifest.config, kind: 'config' }),
    RepoTags: names,
    Layers: manifest.layers.map((layer) => fileOf({ ...layer, kind: 'layer' })),
  }
}

/** Repository to tag to the top layer. */
function repositoriesOf(images: readonly DescribedImage[]): Record<string, Record<string, string>> {
  const repositories = new Map<string, Map<string, string>>()
  for (const { RepoTags, Layers } of images) {
    for (const name of RepoTags) {
      const [repository, tag] = [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)]
      const tags = repositories.get(repository) ?? new Map<string, string>()
      repositories.set(repository, tags.set(tag, Layers.at(-1)?.replace(/\.tar$/, '') ?? ''))
    }
  }
  return Object.fromEntries([...repositories].map(([repository, tags]) => [repository, Object.fromEntries(tags)]))
}

function fileOf({ digest, kind }: Pick<ImageBlob, 'digest' | 'kind'>): string {
  return `${hexOf(digest)}.${kind === 'config' ? 'json' : 'tar'}`
}
