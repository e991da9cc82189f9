import { type FieldsByPath, HEALTHCHECK, HOST_PORT, NIL_LIST, NIL_MAP } from './go-fields.ts'

const BLKIO = {
  BlkioDeviceReadBps: NIL_LIST,
  BlkioDeviceReadIOps: NIL_LIST,
  BlkioDeviceWriteBps: NIL_LIST,
  BlkioDeviceWriteIOps: NIL_LIST,
  BlkioWeightDevice: NIL_LIST,
} as const

/** Source: podman 5, libpod/define/container_inspect.go. */
const CONTAINER: FieldsByPath = {
  '': { absent: { SizeRootFs: 0, SizeRw: null }, named: { ID: 'Id', LockNumber: 'lockNumber' } },
  State: {
    absent: { CheckpointLog: '', CheckpointPath: '', Checkpointed: false, RestoreLog: '', Restored: false },
    named: { Healthcheck: 'Health' },
  },
  Config: {
    absent: {
      ChrootDirs: NIL_LIST,
      Entrypoint: NIL_LIST,
      HealthLogDestination: '',
      Healthcheck: null,
      SdNotifySocket: '',
      StartupHealthCheck: null,
      Timezone: '',
      Volumes: NIL_MAP,
    },
    named: { DomainName: 'Domainname', SdNotifyMode: 'sdNotifyMode' },
  },
  'Config.Healthcheck': HEALTHCHECK,
  'Config.StartupHealthCheck': { ...HEALTHCHECK, absent: { ...HEALTHCHECK.absent, Successes: 0 } },
  HostConfig: { absent: { ...BLKIO, CgroupConf: NIL_MAP, Links: NIL_LIST, VolumesFrom: NIL_LIST } },
  'HostConfig.LogConfig': { absent: { Config: NIL_MAP } },
  'HostConfig.PortBindings.*.*': HOST_PORT,
  'Mounts.*': { absent: { Name: '', SubPath: '' } },
  NetworkSettings: {
    absent: {
      AdditionalMacAddresses: NIL_LIST,
      SecondaryIPAddresses: NIL_LIST,
      SecondaryIPv6Addresses: NIL_LIST,
    },
  },
  'NetworkSettings.Ports.*.*': HOST_PORT,
  'NetworkSettings.Networks.*': {
    absent: {
      AdditionalMacAddresses: NIL_LIST,
      DriverOpts: NIL_MAP,
      IPAMConfig: NIL_MAP,
      Links: NIL_LIST,
      SecondaryIPAddresses: NIL_LIST,
      SecondaryIPv6Addresses: NIL_LIST,
    },
  },
}

/** Source: containers/common, libimage/inspect.go; image-spec, config.go. */
const IMAGE: FieldsByPath = {
  '': { absent: { HealthCheck: null }, named: { ID: 'Id' } },
  Config: { absent: { ArgsEscaped: false, Healthcheck: null, OnBuild: NIL_LIST, Shell: NIL_LIST } },
  'Config.Healthcheck': HEALTHCHECK,
  HealthCheck: HEALTHCHECK,
}

/** Source: podman 5, libpod/define/volume_inspect.go. */
const VOLUME: FieldsByPath = {
  '': { absent: { Anonymous: false, GID: 0, LockNumber: 0, Status: NIL_MAP, StorageID: '', Timeout: 0, UID: 0 } },
}

/** Source: podman 5, libpod/define/pod_inspect.go. */
const POD: FieldsByPath = {
  '': {
    absent: {
      ...BLKIO,
      BlkioWeight: 0,
      CPUPeriod: 0,
      CPUQuota: 0,
      CPUSetCPUs: '',
      CPUSetMems: '',
      CPUShares: 0,
      Devices: NIL_LIST,
      MemoryLimit: 0,
      MemorySwap: 0,
      Mounts: NIL_LIST,
      Namespace: '',
      SecurityOpts: NIL_LIST,
      VolumesFrom: NIL_LIST,
    },
    named: { ID: 'Id' },
  },
  'Containers.*': { named: { ID: 'Id' } },
  InfraConfig: {
    absent: {
      DNSOption: NIL_LIST,
      DNSSearch: NIL_LIST,
      DNSServer: NIL_LIST,
      HostAdd: NIL_LIST,
      NetworkOptions: NIL_MAP,
      Networks: NIL_LIST,
    },
    named: { PidNS: 'pid_ns', UserNS: 'userns', UtsNS: 'uts_ns' },
  },
}

/** What templates may name of podman's types beside what JSON shows; those of networks are `podmanFields`. */
export const PODMAN_FIELDS = { container: CONTAINER, image: IMAGE, network: {}, pod: POD, volume: VOLUME } as const
