import type { TspodError } from '../../base/errors.ts'
import { type Digest, isDigest } from '../content/digest.ts'
import type { ImageConfig, ImageHealthcheck, ImageHistory } from '../images/image.ts'
import { protocolError } from './errors.ts'
import { parseJson } from './json.ts'
import { MAX_LAYERS } from './manifest.ts'
import { type ShapeReader, shapeReader } from './shape.ts'

export const MAX_CONFIG_BYTES = 8 << 20
const MAX_ITEMS = 10_000

/**
 * Reads an image configuration that came from outside. What is absent or null is empty.
 *
 * @throws {TspodError} E_REGISTRY_PROTOCOL: a member is of the wrong type
 * @see OCI image-spec, config.md
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  if (bytes.byteLength > MAX_CONFIG_BYTES) throw malformed(`it is larger than ${MAX_CONFIG_BYTES} bytes`)
  const read = shapeReader(malformed)
  const root = read.object(parseJson(bytes, malformed), 'it')
  const config = read.optionalObject(root['config'], 'config')
  return {
    architecture: read.optionalString(root['architecture'], 'architecture'),
    os: read.optionalString(root['os'], 'os'),
    variant: read.optionalString(root['variant'], 'variant'),
    created: read.optionalString(root['created'], 'created'),
    author: read.optionalString(root['author'], 'author'),
    user: read.optionalString(config['User'], 'config.User'),
    env: read.optionalStrings(config['Env'], 'config.Env', MAX_ITEMS),
    entrypoint: read.optionalStrings(config['Entrypoint'], 'config.Entrypoint', MAX_ITEMS),
    cmd: read.optionalStrings(config['Cmd'], 'config.Cmd', MAX_ITEMS),
    workingDir: read.optionalString(config['WorkingDir'], 'config.WorkingDir'),
    labels: readLabels(read, config['Labels']),
    exposedPorts: readKeys(read, config['ExposedPorts'], 'config.ExposedPorts'),
    volumes: readVolumes(read, config['Volumes']),
    stopSignal: read.optionalString(config['StopSignal'], 'config.StopSignal'),
    ...readHealthcheck(read, config['Healthcheck']),
    diffIds: readDiffIds(read, root['rootfs']),
    history: read
      .optionalList(root['history'], 'history', MAX_ITEMS)
      .map((entry, index) => readHistory(read, entry, `history[${index}]`)),
  }
}

function readLabels(read: ShapeReader, value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(read.optionalObject(value, 'config.Labels'))
  if (entries.length > MAX_ITEMS) throw malformed(`config.Labels has more than ${MAX_ITEMS} items`)
  return Object.fromEntries(
    entries.map(([name, text]) => [name, read.optionalString(text, `the label ${JSON.stringify(name.slice(0, 100))}`)]),
  )
}

/** Times are in nanoseconds. A kind of check that nobody knows is none. Source: Docker's image specification, "Healthcheck". */
function readHealthcheck(read: ShapeReader, value: unknown): { readonly healthcheck?: ImageHealthcheck } {
  if (value === undefined || value === null) return {}
  const check = read.object(value, 'config.Healthcheck')
  const test = read.optionalStrings(check['Test'], 'config.Healthcheck.Test', MAX_ITEMS)
  if (!['NONE', 'CMD', 'CMD-SHELL'].includes(test[0] ?? '')) return {}
  const size = (name: string): number => {
    const given = check[name]
    // Past 2^53 a number of nanoseconds is 104 days, and no check is that slow.
    return typeof given === 'number' && given > 0 ? Math.min(given, Number.MAX_SAFE_INTEGER) : 0
  }
  const ms = (name: string): number => Math.min(Math.round(size(name) / 1e6), 2 ** 31 - 1)
  return {
    healthcheck: {
      test,
      intervalMs: ms('Interval'),
      timeoutMs: ms('Timeout'),
      startPeriodMs: ms('StartPeriod'),
      startIntervalMs: ms('StartInterval'),
      retries: Math.min(Math.floor(size('Retries')), 1_000_000),
    },
  }
}

// Docker writes a set of strings as an object with empty objects for values.
function readKeys(read: ShapeReader, value: unknown, where: string): readonly string[] {
  const keys = Object.keys(read.optionalObject(value, where))
  return read.optionalStrings(keys, where, MAX_ITEMS)
}

function readVolumes(read: ShapeReader, value: unknown): readonly string[] {
  const volumes = readKeys(read, value, 'config.Volumes')
  const relative = volumes.find((path) => !path.startsWith('/'))
  if (relative !== undefined)
    throw malformed(`the volume ${JSON.stringify(relative.slice(0, 100))} is not an absolute path`)
  return volumes
}

function readDiffIds(read: ShapeReader, value: unknown): readonly Digest[] {
  const rootfs = read.object(value, 'rootfs')
  if (rootfs['type'] !== 'layers') throw malformed('rootfs.type is not "layers"')
  return read.optionalList(rootfs['diff_ids'], 'rootfs.diff_ids', MAX_LAYERS).map((id, index) => {
    if (!isDigest(id)) throw malformed(`rootfs.diff_ids[${index}] is not a sha256 digest`)
    return id
  })
}

function readHistory(read: ShapeReader, value: unknown, where: string): ImageHistory {
  const entry = read.object(value, where)
  return {
    created: read.optionalString(entry['created'], `${where}.created`),
    createdBy: read.optionalString(entry['created_by'], `${where}.created_by`),
    comment: read.optionalString(entry['comment'], `${where}.comment`),
    emptyLayer: read.optionalBoolean(entry['empty_layer'], `${where}.empty_layer`),
  }
}

function malformed(problem: string): TspodError {
  return protocolError(`the image configuration is not valid: ${problem}`)
}
