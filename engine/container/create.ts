import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { randomHex } from '../../base/random.ts'
import { UndoStack } from '../../base/undo.ts'
import type { Image } from '../../storage/images/image.ts'
import { type Owner, toHostId } from '../../storage/layers/mapped-ids.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { requireLimits } from '../cgroup/create.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import type { RunRequest } from '../request.ts'
import { type ContainerSecret, placeSecrets, secretMounts, writeSecrets } from '../secret/container-secrets.ts'
import { generateSpec, specNotes } from '../spec/generate-spec.ts'
import { accountMounts } from '../spec/identity/account-mounts.ts'
import type { OciConfig, OciLinux, OciMount, OciSeccomp } from '../spec/oci.ts'
import { parseEntrypoint } from '../spec/parse-entrypoint.ts'
import { stopSignal } from '../spec/parse-signal.ts'
import type { ResolvedVolume } from '../spec/spec-input.ts'
import { isSystemd, SYSTEMD_STOP_SIGNAL } from '../spec/systemd-mode.ts'
import { holdVolumes } from '../volume/lock.ts'
import { prepareVolumes } from '../volume/prepare.ts'
import { writeCidfile } from './cidfile.ts'
import type { ContainerConfig } from './config.ts'
import { type ContainerParts, containerParts } from './container-parts.ts'
import { giveVolumesToRoot } from './give-to-root.ts'
import { type ContainerIdentity, containerIdentity } from './identity.ts'
import { makeWay } from './make-way.ts'
import { makeContainerDirectory } from './maker.ts'
import { parseContainerName, withRandomName } from './name.ts'
import { newRow } from './new-row.ts'
import { realTarget } from './real-targets.ts'
import { type FoundVolume, resolveVolumes } from './resolve-volumes.ts'
import { readUsers } from './users.ts'
import { writeFiles, zoneMounts } from './write-files.ts'

/** Source: podman-run(1), "--stop-timeout". */
const DEFAULT_STOP_TIMEOUT_S = 10

/**
 * Makes a container and leaves it ready to be started: its row, directories, volumes and files.
 * What was made is removed again when something fails.
 *
 * @param image what there is of it; says nothing where the request names a root file system
 * @throws {TspodError} whatever in the request is wrong; E_NAME_IN_USE; E_CIDFILE
 */
export async function createContainer(engine: Engine, request: RunRequest, image: Image): Promise<ContainerRow> {
  await makeWay(engine, request)
  if (request.name !== undefined) return await createNamed(engine, request, image, parseContainerName(request.name))
  return await withRandomName((name) => createNamed(engine, request, image, name))
}

async function createNamed(engine: Engine, request: RunRequest, image: Image, name: string): Promise<ContainerRow> {
  const { storage, host } = engine
  const id = randomHex(32)
  const parts = await containerParts(engine, request, image)
  for (const note of specNotes({ request, host, ...parts })) engine.warn(note)

  using _volumes = await holdVolumes(engine, parts.mounts.volumes)
  await using undo = new UndoStack()
  const containerDir = engine.containerDir(id)
  makeContainerDirectory(containerDir)
  undo.push(() => rmSync(containerDir, { recursive: true, force: true }))
  const found = resolveVolumes(engine, parts.mounts.volumes, { containerDir, undo })
  const volumes = found.map(({ kept }) => kept)
  const driver = storage.driver()
  const chainIds = image.layers.map(({ chainId }) => chainId)
  // Of the image alone, as the container has nothing yet.
  const directories = parts.kept.rootfs ? [parts.kept.rootfs.path] : chainIds.map(storage.paths.layer).reverse()
  await using identity = await containerIdentity(engine, {
    request,
    image,
    driver,
    userDatabase: readUsers(directories),
    mounted: volumes.map(({ destination }) => destination),
  })
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
  })
  requireLimits(host, linux.resources)
  const { seccomp, ...linuxRest } = linux
  const spec: OciConfig = { ...rest, linux: linuxRest }
  const toHost = hostIds(linux)
  writeSecrets(engine, containerDir, { secrets, toHost })
  const { root, layerMap, files: others } = identity
  writeFiles(engine, { id, name, imageId: image.id, request, parts, directories, others, root })
  giveVolumesToRoot(volumes, root)
  driver.create(id, chainIds, layerMap)
  undo.push(() => driver.remove(id))
  await prepareVolumes(engine, found, { directories, user: spec.process.user, toHost })
  const config: ContainerConfig = {
    version: 1,
    spec,
    request,
    imageDigest: parts.kept.rootfs ? '' : image.manifestDigest,
    entrypoint: request.entrypoint === undefined ? image.config.entrypoint : parseEntrypoint(request.entrypoint),
    networkMode: parts.network.mode,
    stopSignal:
      isSystemd(request, spec.process.args) && request.stopSignal === undefined
        ? SYSTEMD_STOP_SIGNAL
        : stopSignal(request, image.config),
    stopTimeoutS: request.stopTimeoutS ?? DEFAULT_STOP_TIMEOUT_S,
    volumes,
    ...identity.config,
    ...keptOf(parts, identity),
    ...(secrets.length > 0 && { secrets }),
    ...(await filterOf(engine, seccomp)),
  }
  const row = newRow({ id, name, request, image, driver: driver.name, config })
  if (request.cidfile !== undefined) {
    const { cidfile } = request
    writeCidfile(cidfile, id)
    undo.push(() => rmSync(cidfile, { force: true }))
  }
  storage.containers.insert(row)
  recordContainerEvent(engine, row, 'create')
  undo.keep()
  return row
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
  const own = filesystems.map((mount) => ({
    ...mount,
    destination: realTarget(input.directories, mount.destination),
  }))
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

/** The filter compiled from this profile; compiled once, and found by its digest afterwards. */
async function filterOf(engine: Engine, profile: OciSeccomp | undefined): Promise<{ filterFile?: string }> {
  if (!profile) return {}
  const { seccompFilterFile } = await import('../spec/seccomp/cached-filter.ts')
  return { filterFile: basename(await seccompFilterFile(profile, join(engine.storage.paths.root, 'seccomp'))) }
}
