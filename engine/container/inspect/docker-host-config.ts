import { goMap } from '../../go-map.ts'
import type { ContainerConfig } from '../config.ts'
import type { inspectContainer } from '../inspect.ts'

/** The member HostConfig in Docker's words; what was typed is given back as it was typed. */
export function dockerHostConfig({ HostConfig: host }: ReturnType<typeof inspectContainer>, config: ContainerConfig) {
  const { request, spec } = config
  const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length > 0 ? list : null)
  return {
    Binds: orNull(request.volumes ?? []),
    ContainerIDFile: host.ContainerIDFile,
    LogConfig: { Type: dockerDriver(host.LogConfig.Type), Config: goMap<string>(logOptions(request.logOpts ?? [])) },
    NetworkMode: dockerNetworkMode(host.NetworkMode),
    PortBindings: host.PortBindings,
    RestartPolicy: host.RestartPolicy,
    AutoRemove: host.AutoRemove,
    VolumeDriver: '',
    VolumesFrom: host.VolumesFrom,
    ConsoleSize: host.ConsoleSize,
    CapAdd: orNull(host.CapAdd),
    CapDrop: orNull(host.CapDrop),
    CgroupnsMode: host.CgroupMode,
    Dns: host.Dns,
    DnsOptions: host.DnsOptions,
    DnsSearch: host.DnsSearch,
    ExtraHosts: orNull(host.ExtraHosts),
    GroupAdd: orNull(host.GroupAdd),
    IpcMode: request.ipc ?? 'private',
    Cgroup: '',
    Links: null,
    OomScoreAdj: host.OomScoreAdj,
    PidMode: host.PidMode === 'private' ? '' : host.PidMode,
    Privileged: host.Privileged,
    PublishAllPorts: host.PublishAllPorts,
    ReadonlyRootfs: host.ReadonlyRootfs,
    SecurityOpt: orNull(host.SecurityOpt),
    ...(Object.keys(host.Tmpfs).length > 0 ? { Tmpfs: host.Tmpfs } : {}),
    UTSMode: host.UTSMode === 'private' ? '' : host.UTSMode,
    UsernsMode: host.UsernsMode,
    ShmSize: host.ShmSize,
    Runtime: 'tspod',
    Isolation: '',
    CpuShares: host.CpuShares,
    Memory: host.Memory,
    // docker has either this or a quota
    NanoCpus: request.cpus === undefined ? 0 : host.NanoCpus,
    CgroupParent: host.CgroupParent,
    BlkioWeight: host.BlkioWeight,
    BlkioWeightDevice: null,
    BlkioDeviceReadBps: null,
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null,
    CpuPeriod: request.cpus === undefined ? host.CpuPeriod : 0,
    CpuQuota: request.cpus === undefined ? host.CpuQuota : 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: host.CpusetCpus,
    CpusetMems: host.CpusetMems,
    Devices: host.Devices,
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemoryReservation: host.MemoryReservation,
    MemorySwap: host.MemorySwap,
    MemorySwappiness: null,
    OomKillDisable: false,
    PidsLimit: host.PidsLimit === 0 ? null : host.PidsLimit,
    Ulimits: host.Ulimits.map(({ Name, Hard, Soft }) => ({
      Name: Name.replace('RLIMIT_', '').toLowerCase(),
      Hard,
      Soft,
    })),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    MaskedPaths: spec.linux.maskedPaths,
    ReadonlyPaths: spec.linux.readonlyPaths,
    ...(host.Init ? { Init: true } : {}),
  }
}

/** What brings a container out of itself is docker's bridge. */
export function dockerNetworkMode(mode: string): string {
  return ['slirp4netns', 'pasta', 'private', 'default'].includes(mode) ? 'bridge' : mode
}

/** docker has no k8s-file; its own default is what scripts look for. */
function dockerDriver(driver: string): string {
  return driver === 'k8s-file' ? 'json-file' : driver
}

function logOptions(options: readonly string[]): [string, string][] {
  return options.map((option) => {
    const equals = option.indexOf('=')
    return equals < 0 ? [option, ''] : [option.slice(0, equals), option.slice(equals + 1)]
  })
}
