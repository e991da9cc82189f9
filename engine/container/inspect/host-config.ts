import type { ContainerRow } from '../../../storage/state/container-row.ts'
import { goMap } from '../../go-map.ts'
import { DEFAULT_CAPABILITIES } from '../../spec/capabilities.ts'
import { parseSize } from '../../spec/parse-size.ts'
import type { ContainerConfig } from '../config.ts'
import { describeBinds } from './mounts.ts'
import { portBindings } from './network.ts'

/** The member HostConfig. Members that docker has and nobody here sets are as empty as podman's. */
export function describeHostConfig(row: ContainerRow, config: ContainerConfig, logPath: string) {
  const { request, spec } = config
  const { bounding } = spec.process.capabilities
  return {
    Binds: describeBinds(config),
    CgroupManager: request.cgroups === 'disabled' ? '' : 'cgroupfs',
    CgroupMode: request.cgroupns ?? 'private',
    ContainerIDFile: request.cidfile ?? '',
    LogConfig: {
      Type: config.log?.driver ?? 'k8s-file',
      Config: null,
      Path: logPath,
      Tag: config.log?.tag ?? '',
      Size: `${config.log?.maxSizeBytes ?? 0}B`,
    },
    NetworkMode: namespaceMode(config, 'network') ?? config.networkMode,
    PortBindings: portBindings(config.ports ?? [], ''),
    RestartPolicy: { Name: config.restart?.name ?? 'no', MaximumRetryCount: config.restart?.maximumRetryCount ?? 0 },
    AutoRemove: row.autoRemove,
    AutoRemoveImage: false,
    Annotations: goMap(spec.annotations),
    VolumeDriver: '',
    VolumesFrom: request.volumesFrom ?? null,
    CapAdd: bounding.filter((name) => !DEFAULT_CAPABILITIES.includes(name)),
    CapDrop: DEFAULT_CAPABILITIES.filter((name) => !bounding.includes(name)),
    Dns: request.dns ?? [],
    DnsOptions: request.dnsOptions ?? [],
    DnsSearch: request.dnsSearch ?? [],
    ...(request.egress && { Egress: request.egress }),
    ExtraHosts: request.addHosts ?? [],
    HostsFile: request.hostsFile ?? '',
    GroupAdd: request.groupAdd ?? [],
    IpcMode: namespaceMode(config, 'ipc') ?? request.ipc ?? 'shareable',
    Cgroup: '',
    Cgroups: request.cgroups ?? 'default',
    Links: null,
    OomScoreAdj: spec.process.oomScoreAdj ?? 0,
    PidMode: namespaceMode(config, 'pid') ?? request.pid ?? 'private',
    Privileged: request.privileged ?? false,
    PublishAllPorts: request.publishAll ?? false,
    ReadonlyRootfs: spec.root.readonly,
    SecurityOpt: request.securityOpt ?? [],
    Tmpfs: goMap((request.tmpfs ?? []).map(splitTmpfs)),
    UTSMode: namespaceMode(config, 'uts') ?? request.uts ?? 'private',
    UsernsMode: namespaceMode(config, 'user') ?? request.userns ?? '',
    IDMappings: describeMappings(config),
    ShmSize: shmBytes(config),
    Runtime: 'oci',
    ConsoleSize: [0, 0],
    Isolation: '',
    ...describeLimits(config),
    Devices: (request.devices ?? []).map(describeDevice),
    DiskQuota: 0,
    KernelMemory: 0,
    MemorySwappiness: 0,
    OomKillDisable: false,
    Init: request.init ?? false,
    Ulimits: spec.process.rlimits.map(({ type, soft, hard }) => ({ Name: type, Soft: soft, Hard: hard })),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    CgroupConf: null,
    IntelRdtClosID: '',
  }
}

function namespaceMode({ joined }: ContainerConfig, which: 'user' | 'pid' | 'ipc' | 'uts' | 'network') {
  const id = joined?.[which]
  return id === undefined ? undefined : `container:${id}`
}

function describeLimits({ request, spec }: ContainerConfig) {
  const { memory = {}, cpu = {}, pids } = spec.linux.resources
  return {
    CpuShares: cpu.shares ?? 0,
    Memory: memory.limit ?? 0,
    NanoCpus: cpu.quota !== undefined && cpu.period ? Math.round((cpu.quota / cpu.period) * 1e9) : 0,
    CgroupParent: request.cgroupParent ?? '',
    BlkioWeight: request.blkioWeight ?? 0,
    BlkioWeightDevice: null,
    BlkioDeviceReadBps: null,
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null,
    CpuPeriod: cpu.period ?? 0,
    CpuQuota: cpu.quota ?? 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: cpu.cpus ?? '',
    CpusetMems: cpu.mems ?? '',
    MemoryReservation: memory.reservation ?? 0,
    MemorySwap: memory.swap ?? 0,
    PidsLimit: pids?.limit ?? 0,
  }
}

/** `container:host:size`, only where the container has ids of its own. Source: podman-container-inspect(1). */
function describeMappings({ spec, request }: ContainerConfig) {
  const isOwn = [request.userns, request.uidmap, request.gidmap, request.subuidname, request.subgidname].some(
    (asked) => asked !== undefined && asked.length > 0,
  )
  if (!isOwn) return null
  const text = (map: typeof spec.linux.uidMappings) =>
    map.map(({ containerID, hostID, size }) => `${containerID}:${hostID}:${size}`)
  return { UidMap: text(spec.linux.uidMappings), GidMap: text(spec.linux.gidMappings) }
}

/** Of the file system at /dev/shm. */
function shmBytes({ spec }: ContainerConfig): number {
  const options = spec.mounts.find(({ destination }) => destination === '/dev/shm')?.options ?? []
  const size = options.find((option) => option.startsWith('size='))?.slice('size='.length)
  return size === undefined ? 0 : parseSize(size, '--shm-size')
}

/** `path[:path in the container[:rwm]]`. */
function describeDevice(text: string) {
  const [host = '', second, third] = text.split(':')
  const isPath = second?.startsWith('/') ?? false
  return {
    PathOnHost: host,
    PathInContainer: isPath ? (second ?? host) : host,
    CgroupPermissions: (isPath ? third : second) ?? 'rwm',
  }
}

function splitTmpfs(value: string): [string, string] {
  const colon = value.indexOf(':')
  return colon < 0 ? [value, ''] : [value.slice(0, colon), value.slice(colon + 1)]
}
