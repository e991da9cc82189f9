import { readTextIfExists } from '../../base/files.ts'
import type { Engine } from '../engine.ts'
import { goMap } from '../go-map.ts'
import { describeEngine } from '../info.ts'
import { DOCKER_API_VERSION, VERSION } from '../version.ts'

const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64', '386': 'i686' }

/**
 * As `describeEngine`, in Docker's words.
 *
 * @see Docker Engine API, SystemInfo
 */
export async function describeForDocker(engine: Engine) {
  const { host, store } = await describeEngine(engine)
  const { env } = engine
  const has = (controller: string): boolean => host.cgroupControllers.includes(controller)
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readTextIfExists('/etc/os-release') ?? '')?.[1]
  return {
    ID: engine.host.hostname,
    Containers: store.containerStore.number,
    ContainersRunning: store.containerStore.running,
    ContainersPaused: store.containerStore.paused,
    ContainersStopped: store.containerStore.stopped,
    Images: store.imageStore.number,
    Driver: dockerDriver(store.graphDriverName),
    DriverStatus: Object.entries(store.graphStatus),
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'none'],
      Authorization: null,
      Log: ['json-file', 'k8s-file', 'journald', 'none'],
    },
    MemoryLimit: has('memory'),
    SwapLimit: has('memory'),
    CpuCfsPeriod: has('cpu'),
    CpuCfsQuota: has('cpu'),
    CPUShares: has('cpu'),
    CPUSet: has('cpuset'),
    PidsLimit: has('pids'),
    IPv4Forwarding: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: false,
    NGoroutines: 0,
    SystemTime: new Date().toISOString(),
    LoggingDriver: 'json-file',
    CgroupDriver: host.cgroupManager,
    CgroupVersion: host.cgroupVersion === 'v2' ? '2' : '1',
    NEventsListener: 0,
    KernelVersion: host.kernel,
    OperatingSystem: name ?? 'Linux',
    OSVersion: host.distribution.version,
    OSType: 'linux',
    Architecture: ARCHITECTURES[host.arch] ?? host.arch,
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: {
      AllowNondistributableArtifactsCIDRs: null,
      AllowNondistributableArtifactsHostnames: null,
      InsecureRegistryCIDRs: [],
      IndexConfigs: goMap({ 'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true } }),
      Mirrors: null,
    },
    NCPU: host.cpus,
    MemTotal: host.memTotal,
    GenericResources: null,
    DockerRootDir: store.graphRoot,
    HttpProxy: env['HTTP_PROXY'] ?? env['http_proxy'] ?? '',
    HttpsProxy: env['HTTPS_PROXY'] ?? env['https_proxy'] ?? '',
    NoProxy: env['NO_PROXY'] ?? env['no_proxy'] ?? '',
    Name: host.hostname,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: VERSION,
    Runtimes: goMap({ tspod: { path: engine.launcher } }),
    DefaultRuntime: 'tspod',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: 'tspod',
    SecurityOptions: [
      ...(host.security.apparmorEnabled ? ['name=apparmor'] : []),
      'name=seccomp,profile=builtin',
      ...(host.security.selinuxEnabled ? ['name=selinux'] : []),
      ...(host.security.rootless ? ['name=rootless'] : []),
      'name=cgroupns',
    ],
    Warnings: host.cgroupProblem === '' ? null : [`WARNING: ${host.cgroupProblem}`],
    ClientInfo: {
      Debug: false,
      Version: VERSION,
      ApiVersion: DOCKER_API_VERSION,
      DefaultAPIVersion: DOCKER_API_VERSION,
      Os: 'linux',
      Arch: host.arch,
      Context: 'default',
      Plugins: [],
      Warnings: null,
    },
  }
}

/** By docker's name. */
function dockerDriver(driver: string): string {
  return driver === 'overlay' ? 'overlay2' : driver
}
