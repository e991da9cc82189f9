import { availableParallelism, uptime } from 'node:os'
import { resolve } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { describeNetwork } from '../../network/describe.ts'
import { describeCgroups } from '../cgroup/describe.ts'
import { helperFinder } from '../container/helper-finder.ts'
import { helperInput } from '../container/helper-input.ts'
import { parseRanges } from '../container/process/id-names.ts'
import type { Engine } from '../engine.ts'
import { programVersion } from '../network/program-version.ts'
import type { RunRequest } from '../request.ts'
import { DEFAULT_CAPABILITIES } from '../spec/capabilities.ts'
import { describeVersion } from '../version.ts'
import { describeDistribution, parseCpuUse, parseMemory, readProc, uptimeText } from './machine.ts'

/**
 * The member host of podman's info.
 *
 * @param request an empty one, with what containers.conf says of it
 */
export function describeHost(engine: Engine, request: RunRequest) {
  const { host, storage } = engine
  const { Version: version } = describeVersion().Client
  const network = describeNetwork(undefined, helperInput(engine, request), helperFinder(engine, request))
  const launcher = resolve(engine.launcher)
  const memory = parseMemory(readProc('meminfo'))
  return {
    arch: host.arch,
    buildahVersion: '',
    ...describeCgroups(host),
    conmon: { package: '', path: launcher, version: `tspod version ${version}` },
    cpuUtilization: parseCpuUse(readProc('stat')),
    cpus: availableParallelism(),
    databaseBackend: 'sqlite',
    distribution: describeDistribution(readTextIfExists('/etc/os-release') ?? ''),
    eventLogger: 'file',
    hostname: host.hostname,
    idMappings: { gidmap: describeMap('gid_map'), uidmap: describeMap('uid_map') },
    kernel: host.kernelRelease,
    linkmode: 'static',
    logDriver: 'k8s-file',
    memFree: memory.memFree,
    memTotal: memory.memTotal,
    networkBackend: network.mode,
    ociRuntime: { name: 'tspod', package: '', path: launcher, version },
    os: 'linux',
    pasta: describeProgram(engine, 'pasta', request),
    remoteSocket: { exists: false, path: `${storage.paths.runroot}/tspod.sock` },
    rootlessNetworkCmd: network.mode,
    rootlessNetworkReason: network.reason,
    security: {
      apparmorEnabled: host.securityModules.includes('apparmor'),
      capabilities: DEFAULT_CAPABILITIES.join(','),
      rootless: host.rootless,
      seccompEnabled: true,
      seccompProfilePath: '',
      selinuxEnabled: host.securityModules.includes('selinux'),
    },
    serviceIsRemote: false,
    slirp4netns: describeProgram(engine, 'slirp4netns', request),
    swapFree: memory.swapFree,
    swapTotal: memory.swapTotal,
    uptime: uptimeText(uptime()),
    variant: '',
  }
}

function describeProgram(engine: Engine, name: string, request: RunRequest) {
  const executable = helperFinder(engine, request)(name)
  if (executable === undefined) return { executable: '', package: '', version: '' }
  const text = programVersion(engine, executable)
  return { executable, package: '', version: /^usage:/im.test(text) ? '' : text }
}

/** As the machine has the ids, where the whole of them are ours nothing. */
function describeMap(name: 'uid_map' | 'gid_map') {
  const ranges = parseRanges(readProc(`self/${name}`))
  if (ranges.length === 1 && ranges[0]?.size === 2 ** 32 - 1) return null
  return ranges.map(({ inside, outside, size }) => ({ container_id: inside, host_id: outside, size }))
}
