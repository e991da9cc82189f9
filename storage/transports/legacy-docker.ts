import { createHash } from 'node:crypto'
import type { TspodError } from '../../base/errors.ts'
import { decompressAll } from '../layers/decompress-all.ts'
import { MAX_CONFIG_BYTES } from '../registry/image-config.ts'
import { parseJson } from '../registry/json.ts'
import { MAX_LAYERS } from '../registry/manifest.ts'
import { shapeReader } from '../registry/shape.ts'
import type { ArchivedImage } from './docker-archive-source.ts'
import { fullName } from './docker-manifest.ts'
import { badArchive } from './errors.ts'
import type { FileTree } from './file-tree.ts'

const ID = /^[0-9a-f]{64}$/
const MAX_REPOSITORIES_BYTES = 1 << 20

/**
 * The images of an archive from before docker 1.10: the file `repositories` has the name of each
 * top layer, and a directory for each layer has `json`, with the layer below it, and `layer.tar`.
 * Their configuration is made of those, as docker makes it.
 *
 * @throws {TspodError} E_BAD_ARCHIVE
 * @see moby, image/spec/v1.md
 */
export async function readLegacyImages(files: FileTree): Promise<ArchivedImage[]> {
  const repositories = files.read('repositories', MAX_REPOSITORIES_BYTES)
  if (!repositories) throw badArchive(files.name, 'not an image archive: it has neither index.json nor manifest.json')
  const images: ArchivedImage[] = []
  for (const [top, names] of namesByLayer(repositories, files.name)) {
    const layers = layersOf(files, top)
    const diffIds: string[] = []
    for (const { file } of layers) diffIds.push(await diffIdOf(files, file))
    images.push({ names, layers: layers.map(({ file }) => file), config: makeConfig(layers, diffIds) })
  }
  return images
}

function namesByLayer(bytes: Uint8Array, name: string): Map<string, string[]> {
  const fail = (problem: string): TspodError => badArchive(name, `the file repositories is not valid: ${problem}`)
  const read = shapeReader(fail)
  const found = new Map<string, string[]>()
  for (const [repository, tags] of Object.entries(read.object(parseJson(bytes, fail), 'it'))) {
    for (const [tag, value] of Object.entries(read.object(tags, repository))) {
      const id = read.string(value, `${repository}:${tag}`)
      if (!ID.test(id)) throw fail(`${repository}:${tag} is not the id of a layer`)
      found.set(id, [...(found.get(id) ?? []), fullName(`${repository}:${tag}`)])
    }
  }
  return found
}

interface LegacyLayer {
  readonly file: string
  readonly json: Readonly<Record<string, unknown>>
}

/** Bottom layer first. */
function layersOf(files: FileTree, top: string): LegacyLayer[] {
  const layers: LegacyLayer[] = []
  for (let id = top; id !== ''; ) {
    if (layers.length >= MAX_LAYERS) throw badArchive(files.name, `an image has more than ${MAX_LAYERS} layers`)
    const fail = (problem: string): TspodError => badArchive(files.name, `${id}/json is not valid: ${problem}`)
    const read = shapeReader(fail)
    const bytes = files.read(`${id}/json`, MAX_CONFIG_BYTES)
    if (!bytes) throw badArchive(files.name, `it has no ${id}/json`)
    const json = read.object(parseJson(bytes, fail), 'it')
    layers.unshift({ file: `${id}/layer.tar`, json })
    const parent = read.optionalString(json['parent'], 'parent')
    if (parent !== '' && !ID.test(parent)) throw fail('parent is not the id of a layer')
    id = parent
  }
  return layers
}

async function diffIdOf(files: FileTree, file: string): Promise<string> {
  if (files.sizeOf(file) === undefined) throw badArchive(files.name, `it has no ${file}`)
  const hash = createHash('sha256')
  await decompressAll(files.open(file, 0) as AsyncIterable<Buffer>, (chunk) => hash.update(chunk))
  return `sha256:${hash.digest('hex')}`
}

/** Source: moby, image/v1/imagev1.go, MakeConfigFromV1Config, and distribution/pull_v2.go for the history. */
function makeConfig(layers: readonly LegacyLayer[], diffIds: readonly string[]): Buffer {
  const { id, parent, parent_id, Size, layer_id, throwaway, ...top } = layers.at(-1)?.json ?? {}
  const history = layers.map(({ json }) => ({
    created: json['created'],
    ...(typeof json['author'] === 'string' && { author: json['author'] }),
    created_by: commandOf(json['container_config']),
    ...(typeof json['comment'] === 'string' && { comment: json['comment'] }),
  }))
  return Buffer.from(JSON.stringify({ os: 'linux', ...top, rootfs: { type: 'layers', diff_ids: diffIds }, history }))
}

function commandOf(config: unknown): string {
  const command: unknown = typeof config === 'object' && config !== null && 'Cmd' in config ? config.Cmd : undefined
  return Array.isArray(command) ? command.filter((word) => typeof word === 'string').join(' ') : ''
}
