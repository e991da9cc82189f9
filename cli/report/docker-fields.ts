import { type FieldsByPath, HEALTHCHECK, HOST_PORT, NIL_LIST, NIL_MAP } from './go-fields.ts'

const COMMIT = { ID: '', Expected: '' } as const

/** Source: moby 28, api/types/container. */
const CONTAINER: FieldsByPath = {
  '': { absent: { SizeRw: null, SizeRootFs: null, ImageManifestDescriptor: null }, named: { ID: 'Id' } },
  State: { absent: { Health: null } },
  Config: {
    absent: {
      ArgsEscaped: false,
      Entrypoint: NIL_LIST,
      ExposedPorts: NIL_MAP,
      Healthcheck: null,
      MacAddress: '',
      NetworkDisabled: false,
      Shell: NIL_LIST,
      StopSignal: '',
      StopTimeout: null,
    },
  },
  'Config.Healthcheck': HEALTHCHECK,
  HostConfig: {
    absent: {
      Annotations: NIL_MAP,
      Init: null,
      KernelMemory: 0,
      KernelMemoryTCP: 0,
      Mounts: NIL_LIST,
      StorageOpt: NIL_MAP,
      Sysctls: NIL_MAP,
      Tmpfs: NIL_MAP,
      VolumesFrom: NIL_LIST,
    },
    named: {
      CPUCount: 'CpuCount',
      CPUPercent: 'CpuPercent',
      CPUPeriod: 'CpuPeriod',
      CPUQuota: 'CpuQuota',
      CPURealtimePeriod: 'CpuRealtimePeriod',
      CPURealtimeRuntime: 'CpuRealtimeRuntime',
      CPUShares: 'CpuShares',
      DNS: 'Dns',
      DNSOptions: 'DnsOptions',
      DNSSearch: 'DnsSearch',
      NanoCPUs: 'NanoCpus',
    },
  },
  'HostConfig.PortBindings.*.*': HOST_PORT,
  'Mounts.*': { absent: { Driver: '', Name: '', Type: '' } },
  NetworkSettings: { absent: { SecondaryIPAddresses: NIL_LIST, SecondaryIPv6Addresses: NIL_LIST } },
  'NetworkSettings.Ports.*.*': HOST_PORT,
  'NetworkSettings.Networks.*': {
    absent: { Aliases: NIL_LIST, DNSNames: NIL_LIST, DriverOpts: NIL_MAP, Links: NIL_LIST },
  },
  'NetworkSettings.Networks.*.IPAMConfig': { absent: { IPv4Address: '', IPv6Address: '', LinkLocalIPs: NIL_LIST } },
}

/** Source: moby 28, api/types/image; moby/docker-image-spec. What daemons before API 1.50 told in Config is empty there. */
const IMAGE: FieldsByPath = {
  '': {
    absent: {
      Container: '',
      ContainerConfig: null,
      Descriptor: null,
      DockerVersion: '',
      Manifests: NIL_LIST,
      Metadata: { LastTagTime: '0001-01-01 00:00:00 +0000 UTC' },
      OsVersion: '',
    },
    named: { ID: 'Id' },
  },
  Config: {
    absent: {
      ArgsEscaped: false,
      AttachStderr: false,
      AttachStdin: false,
      AttachStdout: false,
      Domainname: '',
      Healthcheck: null,
      Hostname: '',
      Image: '',
      OnBuild: NIL_LIST,
      OpenStdin: false,
      Shell: NIL_LIST,
      StdinOnce: false,
      Tty: false,
    },
  },
  'Config.Healthcheck': HEALTHCHECK,
}

/** Source: moby 28, api/types/volume. */
const VOLUME: FieldsByPath = { '': { absent: { ClusterVolume: null, Status: NIL_MAP, UsageData: null } } }

/** Source: moby 28, api/types/network. */
const NETWORK: FieldsByPath = {
  '': { absent: { Peers: NIL_LIST, Services: NIL_MAP }, named: { ID: 'Id' } },
  IPAM: { absent: { Config: NIL_LIST, Options: NIL_MAP } },
  'IPAM.Config.*': { absent: { AuxAddress: NIL_MAP, Gateway: '', IPRange: '' } },
}

/** Source: moby 28, api/types/system. */
const INFO: FieldsByPath = {
  '': {
    absent: {
      CDISpecDirs: NIL_LIST,
      ClientErrors: NIL_LIST,
      Containerd: null,
      ContainerdCommit: COMMIT,
      DefaultAddressPools: NIL_LIST,
      DiscoveredDevices: NIL_LIST,
      FirewallBackend: null,
      GenericResources: NIL_LIST,
      InitCommit: COMMIT,
      KernelMemory: false,
      KernelMemoryTCP: false,
      ProductLicense: '',
      RuncCommit: COMMIT,
      ServerErrors: NIL_LIST,
      SystemStatus: NIL_LIST,
      Warnings: NIL_LIST,
    },
    named: {
      CPUCfsPeriod: 'CpuCfsPeriod',
      CPUCfsQuota: 'CpuCfsQuota',
      HTTPProxy: 'HttpProxy',
      HTTPSProxy: 'HttpsProxy',
    },
  },
  ClientInfo: { absent: { Platform: null, Warnings: NIL_LIST } },
  Plugins: { absent: { Authorization: NIL_LIST } },
  RegistryConfig: {
    absent: {
      AllowNondistributableArtifactsCIDRs: NIL_LIST,
      AllowNondistributableArtifactsHostnames: NIL_LIST,
      Mirrors: NIL_LIST,
    },
  },
  Swarm: { absent: { Cluster: null, Managers: 0, Nodes: 0, RemoteManagers: NIL_LIST, Warnings: NIL_LIST } },
}

/** What templates may name of docker's types beside what JSON shows. */
export const DOCKER_FIELDS = {
  container: CONTAINER,
  image: IMAGE,
  info: INFO,
  network: NETWORK,
  volume: VOLUME,
} as const
