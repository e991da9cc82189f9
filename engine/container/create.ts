import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { randomHex } from '../../base/random.ts'
import { UndoStack } from '../../base/undo.ts'
import type { Image } from '../../storage/images/image.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import { asCaller } from '../callers-umask.ts'
import { cgroupCaller } from '../cgroup/caller.ts'
import { requireLimits } from '../cgroup/create.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { holdPod } from '../pod/lock.ts'
import type { RunRequest } from '../request.ts'
import { writeSecrets } from '../secret/container-secrets.ts'
import { specNotes } from '../spec/generate-spec.ts'
import type { OciSeccomp } from '../spec/oci.ts'
import { holdVolumes } from '../volume/lock.ts'
import { prepareVolumes } from '../volume/prepare.ts'
import { writeCidfile } from './cidfile.ts'
import type { ContainerConfig } from './config.ts'
import { containerParts } from './container-parts.ts'
import { describeContainer } from './describe.ts'
import { giveVolumesToRoot } from './give-to-root.ts'
import { containerIdentity } from './identity.ts'
import { makeWay } from './make-way.ts'
import { makeContainerDirectory } from './maker.ts'
import { parseContainerName, withRandomName } from './name.ts'
import { newRow } from './new-row.ts'
import { resolveVolumes } from './resolve-volumes.ts'
import { readUsers } from './users.ts'
import { writeFiles } from './write-files.ts'

/** An empty directory, which needs nothing of the kernel. */
const HOLDERS_DRIVER = 'vfs'

type NewPod = Omit<PodRow, 'infraId'>

/**
 * Makes a container and leaves it ready to be started: its row, directories, volumes and files.
 * What was made is removed again when something fails.
 *
 * @param image what there is of it; says nothing where the request names a root file system
 * @param newPod a pod that begins with this container, which holds its namespaces
 * @throws {TspodError} whatever in the request is wrong; E_NAME_IN_USE; E_CIDFILE; E_POD_NOT_FOUND
 */
export async function createContainer(
  engine: Engine,
  request: RunRequest,
  image: Image,
  newPod?: NewPod,
): Promise<ContainerRow> {
  await makeWay(engine, request)
  using _pod = request.pod === undefined ? undefined : await holdPod(engine, request.pod)
  const made = { request, image, newPod }
  if (request.name !== undefined) return await createNamed(engine, made, parseContainerName(request.name))
  return await withRandomName((name) => createNamed(engine, made, name))
}

interface Made {
  readonly request: RunRequest
  readonly image: Image
  readonly newPod: NewPod | undefined
}

async function createNamed(
  engine: Engine,
  { request: asked, image, newPod }: Made,
  name: string,
): Promise<ContainerRow> {
  const { storage, host } = engine
  const id = randomHex(32)
  const first = await containerParts(engine, asked, image)
  const isNested = first.hidden.length > 0 && newPod === undefined
  const request = isNested ? (await import('./nested-uts.ts')).settleUts(engine, asked) : asked
  const parts = request === asked ? first : await containerParts(engine, request, image)
  for (const note of specNotes({ request, image: image.config, host, ...parts })) engine.warn(note)

  using _volumes = await holdVolumes(engine, parts.mounts.volumes)
  await using undo = new UndoStack()
  const containerDir = engine.containerDir(id)
  makeContainerDirectory(containerDir)
  undo.push(() => rmSync(containerDir, { recursive: true, force: true }))
  const found = resolveVolumes(engine, parts.mounts.volumes, { containerDir, undo })
  const volumes = found.map(({ kept }) => kept)
  const driver = request.holds ? storage.driver(HOLDERS_DRIVER) : storage.driver()
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
  const input = { request, image, id, name, containerDir, directories, parts, found, identity }
  const described = describeContainer(input)
  const { seccomp, secrets, toHost } = described
  requireLimits(cgroupCaller(host, request), described.config.spec.linux.resources)
  writeSecrets(engine, containerDir, { secrets, toHost })
  const { root, layerMap, files: others } = identity
  writeFiles(engine, { id, name, imageId: image.id, request, parts, directories, others, root })
  giveVolumesToRoot(volumes, root)
  driver.create(id, chainIds, layerMap)
  undo.push(() => driver.remove(id))
  await prepareVolumes(engine, found, { directories, user: described.config.spec.process.user, toHost })
  const config: ContainerConfig = { ...described.config, ...(await filterOf(engine, seccomp)) }
  const podId = newPod?.id ?? request.pod
  const row = newRow({ id, name, request, image, driver: driver.name, config, podId })
  if (request.cidfile !== undefined) {
    const { cidfile } = request
    asCaller(engine, () => writeCidfile(cidfile, id))
    undo.push(() => rmSync(cidfile, { force: true }))
  }
  storage.containers.insert(row, parts.network.endpoints, newPod && { ...newPod, infraId: id })
  recordContainerEvent(engine, row, 'create')
  undo.keep()
  return row
}

/** The filter compiled from this profile; compiled once, and found by its digest afterwards. */
async function filterOf(engine: Engine, profile: OciSeccomp | undefined): Promise<{ filterFile?: string }> {
  if (!profile) return {}
  const { seccompFilterFile } = await import('../spec/seccomp/cached-filter.ts')
  return { filterFile: basename(await seccompFilterFile(profile, join(engine.storage.paths.root, 'seccomp'))) }
}
