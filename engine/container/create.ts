import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { randomHex } from '../../base/random.ts'
import { UndoStack } from '../../base/undo.ts'
import { describeNetwork, type NetworkChoice, parseNetworkMode } from '../../network/describe.ts'
import type { Image } from '../../storage/images/image.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { requireLimits } from '../cgroup/create.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { generateFiles } from '../spec/files/generate-files.ts'
import { generateSpec, specNotes } from '../spec/generate-spec.ts'
import type { OciConfig, OciSeccomp } from '../spec/oci.ts'
import { containerLabels } from '../spec/parse-labels.ts'
import { parseSignal } from '../spec/parse-signal.ts'
import { parseVolumes } from '../spec/parse-volumes.ts'
import { readOptionFile } from '../spec/read-option-file.ts'
import type { SpecNetwork } from '../spec/spec-input.ts'
import { VERSION } from '../version.ts'
import { holdVolumes } from '../volume/lock.ts'
import { writeCidfile } from './cidfile.ts'
import type { ContainerConfig } from './config.ts'
import { makeContainerDirectory } from './maker.ts'
import { parseContainerName, withRandomName } from './name.ts'
import { resolveVolumes } from './resolve-volumes.ts'
import { readUsers } from './users.ts'

/** Source: podman-run(1), "--stop-timeout". */
const DEFAULT_STOP_TIMEOUT_S = 10

/**
 * Makes a container and leaves it ready to be started: its row, directories, volumes and files.
 * What was made is removed again when something fails.
 *
 * @throws {TspodError} whatever in the request is wrong; E_NAME_IN_USE; E_CIDFILE
 */
export async function createContainer(engine: Engine, request: RunRequest, image: Image): Promise<ContainerRow> {
  if (request.name !== undefined) return await createNamed(engine, request, image, parseContainerName(request.name))
  return await withRandomName((name) => createNamed(engine, request, image, name))
}

async function createNamed(engine: Engine, request: RunRequest, image: Image, name: string): Promise<ContainerRow> {
  const { storage, host } = engine
  const id = randomHex(32)
  const chainIds = image.layers.map(({ chainId }) => chainId)
  const network = chooseNetwork(engine, request)
  const specNetwork: SpecNetwork = network.mode === 'host' || network.mode === 'none' ? network.mode : 'private'
  for (const note of specNotes({ request, host })) engine.warn(note)

  const wantedVolumes = parseVolumes(request, image.config, engine.cwd)
  using _volumes = await holdVolumes(engine, wantedVolumes)
  await using undo = new UndoStack()
  const directory = engine.containerDir(id)
  makeContainerDirectory(directory)
  undo.push(() => rmSync(directory, { recursive: true, force: true }))
  const volumes = resolveVolumes(engine, wantedVolumes, undo)
  const driver = storage.driver()
  const { linux, ...rest } = generateSpec({
    request,
    image: image.config,
    id,
    name,
    host,
    userDatabase: readUsers(driver.directories(id, chainIds)),
    containerDir: directory,
    volumes: volumes.map(({ source, destination, options }) => ({ source, target: destination, options })),
    network: specNetwork,
  })
  requireLimits(host, linux.resources)
  const { seccomp, ...linuxRest } = linux
  const spec: OciConfig = { ...rest, linux: linuxRest }
  const files = generateFiles({
    request,
    id,
    name,
    imageId: image.id,
    version: VERSION,
    host,
    network: specNetwork,
    address: network.address,
    hostAddress: network.hostAddress,
    nameserver: network.nameserver,
    hostResolvConf: readTextIfExists('/etc/resolv.conf') ?? '',
    systemdResolvConf: readTextIfExists('/run/systemd/resolve/resolv.conf') ?? '',
  })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text, { mode: 0o644 })
  driver.create(id, chainIds)
  undo.push(() => driver.remove(id))
  const config: ContainerConfig = {
    version: 1,
    spec,
    request,
    imageDigest: image.manifestDigest,
    networkMode: network.mode,
    stopSignal: parseSignal(request.stopSignal ?? (image.config.stopSignal || 'SIGTERM')),
    stopTimeoutS: request.stopTimeoutS ?? DEFAULT_STOP_TIMEOUT_S,
    volumes,
    ...(network.address === undefined ? {} : { address: network.address }),
    ...(await filterOf(engine, seccomp)),
  }
  const row: ContainerRow = {
    id,
    name,
    imageId: image.id,
    imageName: image.names[0] ?? request.image,
    command: spec.process.args,
    createdAtMs: Date.now(),
    status: 'created',
    startedAtMs: null,
    finishedAtMs: null,
    exitCode: null,
    oomKilled: false,
    error: null,
    pid: null,
    pidStartTime: null,
    autoRemove: request.remove ?? false,
    restartCount: 0,
    stoppedByUser: false,
    labels: containerLabels(request, image.config, readOptionFile),
    layers: chainIds,
    driver: driver.name,
    config,
  }
  if (request.cidfile !== undefined) {
    const { cidfile } = request
    writeCidfile(cidfile, id)
    undo.push(() => rmSync(cidfile, { force: true }))
  }
  storage.containers.insert(row)
  undo.keep()
  return row
}

function chooseNetwork(engine: Engine, request: RunRequest): NetworkChoice {
  const network = describeNetwork(
    parseNetworkMode(request.network ?? ''),
    { userNamespace: engine.host.rootless },
    engine.findProgram,
  )
  if (network.degraded && !request.quiet) engine.warn(network.reason)
  return network
}

/** The filter compiled from this profile; compiled once, and found by its digest afterwards. */
async function filterOf(engine: Engine, profile: OciSeccomp | undefined): Promise<{ filterFile?: string }> {
  if (!profile) return {}
  const { seccompFilterFile } = await import('../spec/seccomp/cached-filter.ts')
  return { filterFile: basename(await seccompFilterFile(profile, join(engine.storage.paths.root, 'seccomp'))) }
}
