import type { ContainerRow } from '../../../storage/state/container-row.ts'
import { goMap } from '../../go-map.ts'
import { signalName } from '../../spec/signal-name.ts'
import { entrypointOf, ownCommand } from '../command.ts'
import type { ContainerConfig, HealthConfig, StartupHealthConfig } from '../config.ts'

/** The member Config: what the container was made with. */
export function describeConfig(row: ContainerRow, config: ContainerConfig) {
  const { spec, request, exposed = [], ports = [], health } = config
  const entrypoint = entrypointOf(config)
  const exposedPorts = [...exposed, ...ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`)]
  const streams = request.attach ?? []
  return {
    Hostname: spec.hostname,
    Domainname: request.domainname ?? '',
    User: request.user ?? '',
    AttachStdin: streams.includes('stdin'),
    AttachStdout: streams.includes('stdout'),
    AttachStderr: streams.includes('stderr'),
    Tty: spec.process.terminal,
    OpenStdin: request.interactive ?? false,
    StdinOnce: false,
    Env: spec.process.env,
    Cmd: ownCommand(row.command, config),
    Image: row.imageName,
    Volumes: null,
    WorkingDir: spec.process.cwd,
    Entrypoint: entrypoint.length > 0 ? entrypoint : null,
    OnBuild: null,
    Labels: goMap(row.labels),
    Annotations: goMap(spec.annotations),
    StopSignal: signalName(config.stopSignal),
    ...(health ? { Healthcheck: describeHealthcheck(health) } : {}),
    ...(health?.startup ? { StartupHealthCheck: describeStartup(health.startup) } : {}),
    HealthcheckOnFailureAction: health?.onFailure ?? 'none',
    HealthMaxLogCount: health?.maxLogCount ?? 5,
    HealthMaxLogSize: health?.maxLogSize ?? 500,
    CreateCommand: request.createCommand ?? [],
    ...(request.tz === undefined ? {} : { Timezone: request.tz }),
    SystemdMode: request.systemd === 'always',
    Umask: spec.process.user.umask.toString(8).padStart(4, '0'),
    Secrets: (config.secrets ?? []).map((secret) => ({ Name: secret.name, ID: secret.id })),
    Timeout: request.timeoutS ?? 0,
    StopTimeout: config.stopTimeoutS,
    Passwd: request.passwd ?? true,
    sdNotifyMode: 'ignore',
    ExposedPorts: goMap(exposedPorts.map((port) => [port, {}] as const)),
  }
}

/** Times in nanoseconds. Source: Docker's image specification, "Healthcheck". */
function describeHealthcheck(health: HealthConfig) {
  return {
    Test: health.test,
    ...(health.startPeriodMs > 0 ? { StartPeriod: health.startPeriodMs * 1e6 } : {}),
    Interval: health.intervalMs * 1e6,
    Timeout: health.timeoutMs * 1e6,
    Retries: health.retries,
  }
}

function describeStartup({ test, intervalMs, timeoutMs, retries, successes }: StartupHealthConfig) {
  return {
    Test: test,
    Interval: intervalMs * 1e6,
    Timeout: timeoutMs * 1e6,
    ...(retries > 0 ? { Retries: retries } : {}),
    ...(successes > 0 ? { Successes: successes } : {}),
  }
}
