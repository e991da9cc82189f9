import { TspodError } from '../base/errors.ts'
import { settledRequest } from './config/settled-request.ts'
import { listContainers } from './container/list.ts'
import type { Engine } from './engine.ts'
import { goMap } from './go-map.ts'
import { openAccess } from './image/registry-access.ts'
import { describeHost } from './info/host.ts'
import { describeFileSystem } from './info/machine.ts'
import type { RunRequest } from './request.ts'
import { describeVersion } from './version.ts'

/**
 * What the engine found on this host, in the words of podman's info.
 *
 * @see podman-info(1)
 */
export async function describeEngine(engine: Engine) {
  const { storage } = engine
  const rows = listContainers(engine, { all: true })
  const count = (...statuses: string[]) => rows.filter((row) => statuses.includes(row.status)).length
  const driver = storage.driverChoice()
  const [running, paused] = [count('running', 'stopping'), count('paused')]
  const disk = describeFileSystem(storage.paths.root)
  return {
    host: describeHost(engine, await usualRequest(engine)),
    plugins: {
      authorization: null,
      log: ['k8s-file', 'json-file', 'none', 'passthrough', 'journald'],
      network: ['bridge', 'slirp4netns', 'pasta', 'host', 'none'],
      volume: ['local'],
    },
    registries: goMap({ search: await searchedRegistries(engine) }),
    store: {
      configFile: '',
      containerStore: { number: rows.length, paused, running, stopped: rows.length - running - paused },
      graphDriverName: driver.driver,
      graphDriverTried: driver.tried,
      graphOptions: {},
      graphRoot: storage.paths.root,
      graphRootAllocated: disk.allocatedBytes,
      graphRootUsed: disk.usedBytes,
      graphStatus: {
        'Backing Filesystem': disk.type,
        'Native Overlay Diff': `${driver.driver === 'overlay'}`,
        'Supports d_type': 'true',
        'Using metacopy': 'false',
      },
      imageCopyTmpDir: storage.paths.temporary,
      imageStore: { number: storage.images.list().length },
      runRoot: storage.paths.runroot,
      transientStore: false,
      volumePath: storage.paths.volumes,
    },
    version: describeVersion().Client,
  }
}

/** What a container gets of containers.conf where it asks for nothing. */
async function usualRequest(engine: Engine): Promise<RunRequest> {
  const nothing: RunRequest = { image: '', command: [] }
  try {
    return (await settledRequest(engine, nothing)).request
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    engine.warn(error.message)
    return nothing
  }
}

/** A registries.conf that is wrong is a thing to say, and no reason to say nothing else. */
async function searchedRegistries(engine: Engine): Promise<readonly string[]> {
  try {
    return (await openAccess(engine)).registries.unqualifiedSearch.value
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    engine.warn(error.message)
    return []
  }
}
