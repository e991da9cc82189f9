import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { findMerged } from '../../storage/images/find-merged.ts'
import { readImageFile } from '../../storage/images/image-files.ts'
import type { Owner } from '../../storage/layers/mapped-ids.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { generateFiles } from '../spec/files/generate-files.ts'
import { fileMount } from '../spec/mounts.ts'
import type { OciMount } from '../spec/oci.ts'
import { readOptionFile } from '../spec/read-option-file.ts'
import { VERSION } from '../version.ts'
import type { ContainerParts } from './container-parts.ts'
import { giveToRoot } from './give-to-root.ts'

export interface FilesInput {
  readonly id: string
  readonly name: string
  readonly imageId: string
  readonly request: RunRequest
  readonly parts: ContainerParts
  /** of the container's file system, the topmost first */
  readonly directories: readonly string[]
  /** texts of other files, by their names */
  readonly others: Readonly<Record<string, string>>
  /** who the container's root is on the disk, where that is not the caller */
  readonly root: Owner | undefined
}

const ZONE_FILE = 'localtime'
const MAX_HOSTS_BYTES = 1 << 20

/**
 * Writes what the engine generates for a container into its directory.
 *
 * @throws {TspodError} those of generateFiles; E_OPTION_FILE: --hosts-file
 */
export function writeFiles(engine: Engine, input: FilesInput): void {
  const { id, name, imageId, request, parts, root } = input
  const { choice, specNetwork } = parts.network
  const generated = generateFiles({
    request,
    id,
    name,
    imageId,
    version: VERSION,
    host: engine.host,
    network: specNetwork,
    address: choice.address,
    hostAddress: hostAddress(request, choice),
    nameserver: choice.nameserver,
    knowsMore: choice.knowsMore,
    hostResolvConf: readTextIfExists('/etc/resolv.conf') ?? '',
    systemdResolvConf: readTextIfExists('/run/systemd/resolve/resolv.conf') ?? '',
    hostsBase: hostsBase(request, input.directories),
    joinedHostname: parts.namespaces.hostname,
  })
  const zone = parts.zone ? { [ZONE_FILE]: parts.zone } : {}
  const paths = Object.entries({ ...generated, ...input.others, ...zone }).map(([file, text]) => {
    const path = join(engine.containerDir(id), file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: 0o644 })
    chmodSync(path, 0o644) // whatever the caller's umask: the container's users read it
    return path
  })
  giveToRoot(paths, root)
}

/** Source: containers.conf(5), host_containers_internal_ip. */
function hostAddress({ defaults }: RunRequest, choice: ContainerParts['network']['choice']): string | undefined {
  if (defaults?.hostAddress === 'none') return undefined
  return defaults?.hostAddress ?? choice.hostAddress
}

function hostsBase({ hostsFile }: RunRequest, directories: readonly string[]): string {
  if (hostsFile === undefined || hostsFile === 'none') return ''
  if (hostsFile !== 'image') return readOptionFile(hostsFile)
  return readImageFile(directories, '/etc/hosts', MAX_HOSTS_BYTES)?.toString('utf8') ?? ''
}

/** /etc/localtime, where that leads to in the image: it is a link there more often than not, and often one to nothing. */
export function zoneMounts(containerDir: string, parts: ContainerParts, directories: readonly string[]): OciMount[] {
  if (!parts.zone) return []
  return [fileMount(join(containerDir, ZONE_FILE), findMerged(directories, '/etc/localtime').path)]
}
