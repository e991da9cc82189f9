import { join } from 'node:path'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { recordedCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { goMap, goTime } from '../go-map.ts'
import { readRecord } from '../monitor/record.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { observe } from './reconcile.ts'

export type ContainerInspect = ReturnType<typeof inspectContainer>

/**
 * All that is known of a container, in the words of podman's inspect, which scripts read.
 * Objects without a prototype are maps; see engine/go-map.ts.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-container-inspect(1)
 */
export function inspectContainer(engine: Engine, ref: string) {
  const row = observe(engine, engine.storage.containers.resolve(ref))
  const config = parseContainerConfig(row.config)
  const { spec, request } = config
  const directory = engine.containerDir(row.id)
  const [path = '', ...args] = spec.process.args
  return {
    Id: row.id,
    Created: goTime(row.createdAtMs),
    Path: path,
    Args: args,
    State: describeState(engine, row, config),
    Image: row.imageId ?? '',
    ImageName: row.imageName,
    ImageDigest: config.imageDigest,
    Rootfs: '',
    Pod: '',
    ResolvConfPath: join(directory, 'resolv.conf'),
    HostnamePath: join(directory, 'hostname'),
    HostsPath: join(directory, 'hosts'),
    OCIConfigPath: join(directory, 'config.json'),
    LogPath: join(directory, 'ctr.log'),
    OCIRuntime: 'tspod',
    Name: row.name,
    RestartCount: 0,
    Driver: row.driver,
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    EffectiveCaps: spec.process.capabilities.effective,
    BoundingCaps: spec.process.capabilities.bounding,
    ExecIDs: [],
    GraphDriver: { Name: row.driver, Data: goMap<string>({}) },
    Mounts: config.volumes.map((volume) => ({
      Type: volume.type,
      ...(volume.type === 'volume' ? { Name: volume.name } : {}),
      Source: volume.source,
      Destination: volume.destination,
      Driver: volume.type === 'volume' ? 'local' : '',
      Mode: '',
      Options: volume.options,
      RW: !volume.options.includes('ro'),
      Propagation: volume.options.find((option) => /^r?(private|shared|slave)$/.test(option)) ?? 'rprivate',
    })),
    Dependencies: [],
    NetworkSettings: describeNetwork(config),
    Namespace: '',
    IsInfra: false,
    Config: {
      Hostname: spec.hostname,
      Domainname: '',
      User: request.user ?? '',
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      Tty: spec.process.terminal,
      OpenStdin: request.interactive ?? false,
      StdinOnce: false,
      Env: spec.process.env,
      Cmd: row.command,
      Image: row.imageName,
      Volumes: null,
      WorkingDir: spec.process.cwd,
      Entrypoint: request.entrypoint === undefined ? null : [request.entrypoint],
      OnBuild: null,
      Labels: goMap(row.labels),
      Annotations: goMap(spec.annotations),
      StopSignal: String(config.stopSignal),
      StopTimeout: config.stopTimeoutS,
      Umask: spec.process.user.umask.toString(8).padStart(4, '0'),
    },
    HostConfig: describeHostConfig(row, config, join(directory, 'ctr.log')),
  }
}

function describeState(engine: Engine, row: ContainerRow, config: ContainerConfig) {
  const record = row.status === 'running' ? readRecord(engine.runDir(row.id)) : undefined
  return {
    OciVersion: config.spec.ociVersion,
    Status: row.status,
    Running: row.status === 'running',
    Paused: false,
    Restarting: false,
    OOMKilled: row.oomKilled,
    Dead: false,
    Pid: row.pid ?? 0,
    ConmonPid: record?.state === 'running' ? (record.monitorPid ?? 0) : 0,
    ExitCode: row.exitCode ?? 0,
    Error: row.error ?? '',
    StartedAt: goTime(row.startedAtMs),
    FinishedAt: goTime(row.finishedAtMs),
    CgroupPath: recordedCgroup(engine.runDir(row.id)) ?? '',
    CheckpointedAt: goTime(null),
    RestoredAt: goTime(null),
  }
}

function describeNetwork(config: ContainerConfig) {
  return {
    EndpointID: '',
    Gateway: '',
    IPAddress: config.address ?? '',
    IPPrefixLen: 0,
    MacAddress: '',
    Bridge: '',
    SandboxID: '',
    HairpinMode: false,
    Ports: goMap<null>({}),
    SandboxKey: '',
    Networks: goMap({}),
  }
}

function describeHostConfig(row: ContainerRow, config: ContainerConfig, logPath: string) {
  const { request, spec } = config
  const { resources } = spec.linux
  return {
    Binds: request.volumes ?? [],
    NetworkMode: config.networkMode,
    PortBindings: goMap({}),
    RestartPolicy: { Name: '', MaximumRetryCount: 0 },
    AutoRemove: row.autoRemove,
    LogConfig: { Type: 'k8s-file', Config: null, Path: logPath, Tag: '', Size: '0B' },
    CapAdd: request.capAdd ?? [],
    CapDrop: request.capDrop ?? [],
    Dns: request.dns ?? [],
    ExtraHosts: request.addHosts ?? [],
    Init: request.init ?? false,
    Privileged: request.privileged ?? false,
    ReadonlyRootfs: spec.root.readonly,
    SecurityOpt: request.securityOpt ?? [],
    Tmpfs: goMap((request.tmpfs ?? []).map(splitTmpfs)),
    Ulimits: spec.process.rlimits.map(({ type, soft, hard }) => ({ Name: type, Soft: soft, Hard: hard })),
    Resources: resources,
    Runtime: 'tspod',
    CgroupMode: 'private',
    UTSMode: 'private',
    IpcMode: 'private',
    PidMode: 'private',
  }
}

function splitTmpfs(value: string): [string, string] {
  const colon = value.indexOf(':')
  return colon < 0 ? [value, ''] : [value.slice(0, colon), value.slice(colon + 1)]
}
