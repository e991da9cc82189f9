import type { Image } from '../../storage/images/image.ts'
import { type Owner, toHostId } from '../../storage/layers/mapped-ids.ts'
import type { RunRequest } from '../request.ts'
import { type ContainerSecret, placeSecrets, secretMounts } from '../secret/container-secrets.ts'
import { generateSpec } from '../spec/generate-spec.ts'
import { accountMounts } from '../spec/identity/account-mounts.ts'
import type { OciConfig, OciLinux, OciMount, OciSeccomp } from '../spec/oci.ts'
import { parseEntrypoint } from '../spec/parse-entrypoint.ts'
import { stopSignal } from '../spec/parse-signal.ts'
import type { ResolvedVolume } from '../spec/spec-input.ts'
import { isSystemd, SYSTEMD_STOP_SIGNAL } from '../spec/systemd-mode.ts'
import type { ContainerConfig } from './config.ts'
import type { ContainerParts } from './container-parts.ts'
import type { ContainerIdentity } from './identity.ts'
import { atRealTarget, realTarget } from './real-targets.ts'
import type { FoundVolume } from './resolve-volumes.ts'
import { zoneMounts } from './write-files.ts'

/** Source: podman-run(1), "--stop-timeout". */
const DEFAULT_STOP_TIMEOUT_S = 10

/** All that decides about a container. */
export interface DescribeInput {
  readonly request: RunRequest
  readonly image: Image
  readonly id: string
  readonly name: string
  readonly containerDir: string
  /** of the image's file system, the topmost first */
  readonly directories: readonly string[]
  readonly parts: ContainerParts
  readonly found: readonly FoundVolume[]
  readonly identity: ContainerIdentity
}

/** What a container is going to be. */
export interface ContainerDescription {
  /** but for its filter, which has to be compiled */
  readonly config: ContainerConfig
  readonly seccomp: OciSeccomp | undefined
  readonly secrets: readonly ContainerSecret[]
  /** what ids of the container are here */
  readonly toHost: (owner: Owner) => Owner
}

/**
 * Puts together what a container is going to be. Makes nothing: `createContainer` does.
 *
 * @throws {TspodError} whatever in the request is wrong
 */
export function describeContainer(input: DescribeInput): ContainerDescription {
  const { request, image, id, name, containerDir, directories, parts, found, identity } = input
  const secrets = placeSecrets(parts.secrets)
  const inside = (volume: ResolvedVolume) => ({ ...volume, target: realTarget(directories, volume.target) })
  const { linux, ...rest } = generateSpec({
    request: identity.request,
    image: image.config,
    id,
    name,
    host: identity.host,
    userDatabase: identity.userDatabase,
    containerDir,
    volumes: found.flatMap(({ mount }) => ('target' in mount ? [inside(mount)] : [])),
    mounts: otherMounts({ parts, found, identity, secrets, containerDir, directories }),
    network: parts.network.specNetwork,
    ...parts.namespaces,
    devices: parts.devices.devices,
    deviceEnv: parts.devices.env,
    ownOomScore: parts.ownOomScore,
    hidden: parts.hidden,
  })
  const { seccomp, ...linuxRest } = linux
  const spec: OciConfig = { ...rest, linux: linuxRest }
  const config: ContainerConfig = {
    version: 1,
    spec,
    request,
    imageDigest: parts.kept.rootfs || request.holds ? '' : image.manifestDigest,
    entrypoint: request.entrypoint === undefined ? image.config.entrypoint : parseEntrypoint(request.entrypoint),
    networkMode: parts.network.mode,
    stopSignal:
      isSystemd(request, spec.process.args) && request.stopSignal === undefined
        ? SYSTEMD_STOP_SIGNAL
        : stopSignal(request, image.config),
    stopTimeoutS: request.stopTimeoutS ?? DEFAULT_STOP_TIMEOUT_S,
    volumes: found.map(({ kept }) => kept),
    ...identity.config,
    ...keptOf(parts, identity),
    ...(secrets.length > 0 && { secrets }),
    ...(request.holds && { isInfra: true }),
  }
  return { config, seccomp, secrets, toHost: hostIds(linux) }
}

/** What of the parts is kept as it is. */
function keptOf({ kept, network, namespaces }: ContainerParts, { joinedUser }: ContainerIdentity) {
  const joined = { ...namespaces.joined, ...(joinedUser === undefined ? {} : { user: joinedUser }) }
  const { address } = network.choice
  return {
    ...kept,
    ...(Object.keys(joined).length > 0 && { joined }),
    ...(address === undefined ? {} : { address }),
    ...(network.ports.length > 0 && { ports: network.ports }),
    ...(network.exposed.length > 0 && { exposed: network.exposed }),
  }
}

/** Mounts that are no volume: file systems in memory, and files that the engine makes. */
function otherMounts(input: {
  readonly parts: ContainerParts
  readonly found: readonly FoundVolume[]
  readonly identity: ContainerIdentity
  readonly secrets: readonly ContainerSecret[]
  readonly containerDir: string
  readonly directories: readonly string[]
}): OciMount[] {
  const { parts, found, containerDir } = input
  const filesystems = [...parts.mounts.filesystems, ...found.flatMap(({ mount }) => ('target' in mount ? [] : [mount]))]
  const own = filesystems.map((mount) => atRealTarget(input.directories, mount))
  const taken = [...found.map(({ kept }) => kept), ...own]
  const engineMade = [
    ...parts.devices.mounts,
    ...zoneMounts(containerDir, parts, input.directories),
    ...secretMounts(containerDir, input.secrets),
  ]
  return [
    ...own,
    ...engineMade.filter(({ destination }) => !taken.some((mount) => mount.destination === destination)),
    ...accountMounts(containerDir, input.identity.files, taken),
  ]
}

/** What ids of the container are here. */
function hostIds({ uidMappings, gidMappings }: OciLinux): (owner: Owner) => Owner {
  if (uidMappings.length === 0) return (owner) => owner
  return ({ uid, gid }) => ({ uid: toHostId(uidMappings, uid) ?? uid, gid: toHostId(gidMappings, gid) ?? gid })
}
