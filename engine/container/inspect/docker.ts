import type { Engine } from '../../engine.ts'
import { goMap, goSlice } from '../../go-map.ts'
import { type ContainerEndpoint, containerNetworks } from '../../network/container-networks.ts'
import { dockerNetworkName } from '../../network/find.ts'
import { parseContainerConfig } from '../config.ts'
import { inspectContainer } from '../inspect.ts'
import { dockerHostConfig } from './docker-host-config.ts'
import { dockerNetworkSettings } from './docker-network.ts'

type ContainerInspect = ReturnType<typeof inspectContainer>

/**
 * As `inspectContainer`, in Docker's words.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @see Docker Engine API, ContainerInspect
 */
export function inspectForDocker(engine: Engine, ref: string, options: { readonly size?: boolean } = {}) {
  const inspect = inspectContainer(engine, ref, options)
  const row = engine.storage.containers.resolve(inspect.Id)
  const config = parseContainerConfig(row.config)
  const networks = containerNetworks(engine, row)
  const { Id, Created, Path, Args, ResolvConfPath, HostnamePath, HostsPath, LogPath, RestartCount, Driver } = inspect
  return {
    Id,
    Created,
    Path,
    Args,
    State: dockerState(inspect, config.health !== undefined),
    Image: inspect.Image === '' ? '' : `sha256:${inspect.Image}`,
    ResolvConfPath,
    HostnamePath,
    HostsPath,
    LogPath,
    Name: `/${inspect.Name}`,
    RestartCount,
    Driver,
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: goSlice<string>([]),
    HostConfig: { ...dockerHostConfig(inspect, config), ...networkMode(networks) },
    GraphDriver: { Data: inspect.GraphDriver.Data, Name: inspect.GraphDriver.Name },
    ...('SizeRw' in inspect ? { SizeRw: inspect.SizeRw, SizeRootFs: inspect.SizeRootFs } : {}),
    Mounts: inspect.Mounts.map(({ Options: _, ...mount }) => mount),
    Config: dockerConfig(inspect, config.request.image),
    NetworkSettings: dockerNetworkSettings(inspect, config, networks),
  }
}

/** docker's is the name of the first network. */
function networkMode([first]: readonly ContainerEndpoint[]): { readonly NetworkMode?: string } {
  return first ? { NetworkMode: dockerNetworkName(first.network.name) } : {}
}

function dockerState({ State }: ContainerInspect, isChecked: boolean) {
  const { Status, Paused, Restarting, OOMKilled, Dead, Pid, ExitCode, StartedAt, FinishedAt, Health } = State
  return {
    Status: Status === 'initialized' ? 'created' : Status === 'stopping' ? 'running' : Status,
    Running: State.Running || Paused || Restarting,
    Paused,
    Restarting,
    OOMKilled,
    Dead,
    Pid,
    ExitCode,
    Error: State.Error,
    StartedAt,
    FinishedAt,
    // JSON leaves it out, and for a template it is there and nil: {{if .State.Health}}
    Health: isChecked ? Health : undefined,
  }
}

/** `image` as it was typed. */
function dockerConfig({ Config }: ContainerInspect, image: string) {
  return {
    Hostname: Config.Hostname,
    Domainname: Config.Domainname,
    User: Config.User,
    AttachStdin: Config.AttachStdin,
    AttachStdout: Config.AttachStdout,
    AttachStderr: Config.AttachStderr,
    ExposedPorts: Config.ExposedPorts,
    Tty: Config.Tty,
    OpenStdin: Config.OpenStdin,
    StdinOnce: Config.StdinOnce,
    Env: Config.Env,
    Cmd: goSlice(Config.Cmd),
    Healthcheck: 'Healthcheck' in Config ? Config.Healthcheck : undefined,
    Image: image,
    Volumes: goMap<never>({}),
    WorkingDir: Config.WorkingDir,
    Entrypoint: Config.Entrypoint,
    OnBuild: goSlice<string>([]),
    Labels: Config.Labels,
    StopSignal: Config.StopSignal,
    StopTimeout: Config.StopTimeout,
  }
}
