import { TspodError } from '../../base/errors.ts'
import { parseDigest } from '../../storage/content/digest.ts'
import type { Image } from '../../storage/images/image.ts'
import type { Storage } from '../../storage/open.ts'
import { MAX_CONFIG_BYTES } from '../../storage/registry/image-config.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { type ContainerConfig, parseContainerConfig } from '../container/config.ts'
import { parseEntrypoint } from '../spec/parse-entrypoint.ts'
import { applyChange, applyChanges, type ConfigObject } from './apply-changes.ts'

export interface CommitConfig {
  readonly author?: string
  readonly message?: string
  /** instructions of a Dockerfile */
  readonly changes?: readonly string[]
  /** the image gets the volumes that the container was given */
  readonly includeVolumes?: boolean
  readonly squash?: boolean
}

interface Committed {
  readonly container: ContainerRow
  readonly base: Image
  readonly options: CommitConfig
}

/**
 * The configuration of an image that is made of a container: its image's, with what the container
 * was told when it was made, and then the changes. All that we do not know of stays as it is.
 *
 * @throws {TspodError} E_BAD_CHANGE, E_BLOB_MISSING
 */
export function committedConfig(storage: Storage, { container, base, options }: Committed): ConfigObject {
  const old = readConfig(storage, base)
  const created = new Date().toISOString()
  const now = { ...object(old['config']), ...fromContainer(parseContainerConfig(container.config), base, container) }
  const withVolumes = options.includeVolumes ? withGivenVolumes(now, container) : now
  const entry = {
    created,
    created_by: container.command.join(' '),
    ...(options.author !== undefined && { author: options.author }),
    ...(options.message !== undefined && { comment: options.message }),
  }
  const history = Array.isArray(old['history']) && !options.squash ? old['history'] : []
  return {
    ...old,
    created,
    ...(options.author !== undefined && { author: options.author }),
    ...(options.message !== undefined && { comment: options.message }),
    config: applyChanges(withVolumes, options.changes ?? []),
    history: [...history, entry],
  }
}

function readConfig(storage: Storage, { id }: Image): ConfigObject {
  const bytes = storage.content.readBlob(parseDigest(`sha256:${id}`), MAX_CONFIG_BYTES)
  const config: unknown = JSON.parse(bytes.toString('utf8'))
  if (typeof config === 'object' && config !== null) return config as ConfigObject
  throw new TspodError('E_BAD_IMAGE', `the configuration of the image ${id} is not valid`)
}

/** What the engine sets in every container by itself. */
const OWN_VARIABLES: ReadonlySet<string> = new Set([
  'HOME',
  'HOSTNAME',
  'TERM',
  'container',
  ...['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]),
])

function fromContainer({ spec, request }: ContainerConfig, base: Image, { labels }: ContainerRow): ConfigObject {
  const given = new Set([...base.config.env, ...(request.env ?? [])].map(nameOf))
  const env = spec.process.env.filter((entry) => given.has(nameOf(entry)) || !OWN_VARIABLES.has(nameOf(entry)))
  const entrypoint = request.entrypoint === undefined ? undefined : parseEntrypoint(request.entrypoint)
  return {
    Env: env,
    // An entry point that was given drops the image's command.
    ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
    ...((request.command.length > 0 || entrypoint?.length) && { Cmd: request.command }),
    ...(request.user !== undefined && { User: request.user }),
    ...(request.workdir !== undefined && { WorkingDir: request.workdir }),
    ...(request.stopSignal !== undefined && { StopSignal: request.stopSignal }),
    ...(Object.keys(labels).length > 0 && { Labels: { ...base.config.labels, ...labels } }),
  }
}

function withGivenVolumes(config: ConfigObject, container: ContainerRow): ConfigObject {
  const { volumes } = parseContainerConfig(container.config)
  return applyChange(config, { kind: 'Volumes', names: volumes.map(({ destination }) => destination) })
}

function nameOf(entry: string): string {
  return entry.split(/[=*]/, 1)[0] ?? ''
}

function object(value: unknown): ConfigObject {
  return typeof value === 'object' && value !== null ? (value as ConfigObject) : {}
}
