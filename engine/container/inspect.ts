import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import { goTime } from '../go-map.ts'
import { containerNetworks } from '../network/container-networks.ts'
import { parseContainerConfig } from './config.ts'
import { dependenciesOf } from './dependents.ts'
import { describeConfig } from './inspect/config.ts'
import { graphDriver } from './inspect/graph-driver.ts'
import { describeHostConfig } from './inspect/host-config.ts'
import { describeMounts } from './inspect/mounts.ts'
import { describeNetwork } from './inspect/network.ts'
import { describeState } from './inspect/state.ts'
import { publishedPorts } from './published-ports.ts'
import { observe } from './reconcile.ts'
import { containerSize } from './size.ts'

export type ContainerInspect = ReturnType<typeof inspectContainer>

/**
 * All that is known of a container, in the words of podman's inspect, which scripts read.
 * Objects without a prototype are maps; see engine/go-map.ts. Values of secrets are never in it.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-container-inspect(1)
 */
export function inspectContainer(engine: Engine, ref: string, options: { readonly size?: boolean } = {}) {
  const row = observe(engine, engine.storage.containers.resolve(ref))
  const config = parseContainerConfig(row.config)
  const { spec, request } = config
  const directory = engine.containerDir(row.id)
  const logPath = config.log?.path ?? join(directory, 'ctr.log')
  const [path = '', ...args] = spec.process.args
  const size = options.size ? containerSize(engine, row) : undefined
  return {
    Id: row.id,
    Created: goTime(row.createdAtMs),
    Path: path,
    Args: args,
    State: describeState(engine, row, config),
    Image: row.imageId ?? '',
    ImageDigest: config.imageDigest,
    ImageName: row.imageName,
    Rootfs: config.rootfs?.path ?? '',
    Pod: row.podId ?? '',
    ResolvConfPath: join(directory, 'resolv.conf'),
    HostnamePath: join(directory, 'hostname'),
    HostsPath: request.noHosts ? '' : join(directory, 'hosts'),
    StaticDir: directory,
    OCIConfigPath: join(directory, 'config.json'),
    OCIRuntime: 'tspod',
    LogPath: logPath,
    LogTag: config.log?.tag ?? '',
    ConmonPidFile: request.monitorPidfile ?? '',
    PidFile: request.pidfile ?? '',
    Name: row.name,
    RestartCount: row.restartCount,
    Driver: row.driver,
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    EffectiveCaps: spec.process.capabilities.effective,
    BoundingCaps: spec.process.capabilities.bounding,
    ExecIDs: [],
    GraphDriver: graphDriver(engine, row),
    ...(size && { SizeRw: size.rwBytes, SizeRootFs: size.rootFsBytes }),
    Mounts: describeMounts(config),
    Dependencies: dependenciesOf(config),
    NetworkSettings: describeNetwork({ ...config, ports: publishedPorts(engine, row) }, containerNetworks(engine, row)),
    Namespace: '',
    IsInfra: config.isInfra ?? false,
    IsService: false,
    KubeExitCodePropagation: 'invalid',
    lockNumber: 0,
    Config: describeConfig(row, config),
    HostConfig: describeHostConfig(row, config, logPath),
  }
}
