import { cpus, freemem, totalmem, uptime } from 'node:os'
import { readTextIfExists } from '../base/files.ts'
import { describeCgroups } from './cgroup/describe.ts'
import { listContainers } from './container/list.ts'
import type { Engine } from './engine.ts'
import { describeVersion } from './version.ts'

/**
 * What the engine found on this host, in the words of podman's info.
 *
 * @see podman-info(1)
 */
export function describeEngine(engine: Engine) {
  const { host, storage } = engine
  const rows = listContainers(engine, { all: true })
  const count = (status: string) => rows.filter((row) => row.status === status).length
  const driver = storage.driverChoice()
  return {
    host: {
      arch: host.arch,
      ...describeCgroups(host),
      cpus: cpus().length,
      distribution: describeDistribution(readTextIfExists('/etc/os-release') ?? ''),
      hostname: host.hostname,
      idMappings: { gidmap: describeMap(host.gidMap), uidmap: describeMap(host.uidMap) },
      kernel: host.kernelRelease,
      logDriver: 'k8s-file',
      memFree: freemem(),
      memTotal: totalmem(),
      ociRuntime: { name: 'tspod', package: '', path: engine.launcher, version: describeVersion().Client.Version },
      os: 'linux',
      pasta: { executable: engine.findProgram('pasta') ?? '' },
      security: {
        apparmorEnabled: host.securityModules.includes('apparmor'),
        rootless: host.rootless,
        seccompEnabled: true,
        selinuxEnabled: host.securityModules.includes('selinux'),
      },
      slirp4netns: { executable: engine.findProgram('slirp4netns') ?? '' },
      uptime: `${Math.trunc(uptime() / 3600)}h ${Math.trunc(uptime() / 60) % 60}m`,
    },
    store: {
      containerStore: {
        number: rows.length,
        paused: 0,
        running: count('running'),
        stopped: rows.length - count('running'),
      },
      graphDriverName: driver.driver,
      graphDriverTried: driver.tried,
      graphRoot: storage.paths.root,
      imageStore: { number: storage.images.list().length },
      runRoot: storage.paths.runroot,
      volumePath: storage.paths.volumes,
    },
    version: describeVersion().Client,
  }
}

function describeMap(map: Engine['host']['uidMap']): { container_id: number; host_id: number; size: number }[] {
  return map.map(({ containerID, hostID, size }) => ({ container_id: containerID, host_id: hostID, size }))
}

/** Source: os-release(5). */
function describeDistribution(text: string): { distribution: string; version: string } {
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
  return { distribution: value('ID'), version: value('VERSION_ID') }
}
