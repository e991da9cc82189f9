import { goMap, goSlice } from '../../go-map.ts'
import type { ContainerConfig } from '../config.ts'
import type { inspectContainer } from '../inspect.ts'

/** The member HostConfig in Docker's words; what was typed is given back as it was typed. */
export function dockerHostConfig({ HostConfig: host }: ReturnType<typeof inspectContainer>, config: ContainerConfig) {
  const { request, spec } = config
  return {
    Binds: goSlice(request.volumes ?? []),
    ContainerIDFile: host.ContainerIDFile,
    LogConfig: { Type: dockerDriver(host.LogConfig.Type), Config: goMap<string>(logOptions(request.logOpts ?? [])) },
    NetworkMode: dockerNetworkMode(host.NetworkMode),
    PortBindings: host.PortBindings,
    RestartPolicy: host.RestartPolicy,
    AutoRemove: host.AutoRemove,
    VolumeDriver: '',
    VolumesFrom: host.VolumesFrom,
    ConsoleSize: host.ConsoleSize,
    CapAdd: goSlice(host.CapAdd),
    CapDrop: goSlice(host.CapDrop),
    CgroupnsMode: host.CgroupMode,
    Dns: host.Dns,
    DnsOptions: host.DnsOptions,
    DnsSearch: host.DnsSearch,
    ExtraHosts: goSlice(host.ExtraHosts),
    GroupAdd: goSlice(host.GroupAdd),
    IpcMode: request.ipc ?? 'private',
    Cgroup: '',
    Links: goSlice<string>([]),
    OomScoreAdj: host.OomScoreAdj,
    PidMode: host.PidMode === 'private' ? '' : host.PidMode,
    Privileged: host.Privileged,
    PublishAllPorts: host.PublishAllPorts,
    ReadonlyRootfs: host.ReadonlyRootfs,
    SecurityOpt: goSlice(host.SecurityOpt),
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
    BlkioWeightDevice: goSlice<string>([]),
    BlkioDeviceReadBps: goSlice<string>([]),
    BlkioDeviceWriteBps: goSlice<string>([]),
    BlkioDeviceReadIOps: goSlice<string>([]),
    BlkioDeviceWriteIOps: goSlice<string>([]),
    CpuPeriod: request.cpus === undefined ? host.CpuPeriod : 0,
    CpuQuota: request.cpus === undefined ? host.CpuQuota : 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: host.CpusetCpus,
    CpusetMems: host.CpusetMems,
    Devices: host.Devices,
    DeviceCgroupRules: goSlice<string>([]),
    DeviceRequests: goSlice<string>([]),
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
