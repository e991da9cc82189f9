import type { Image } from '../../storage/images/image.ts'
import { meantName } from '../../storage/images/local-names.ts'
import type { Places } from '../config/settle-request.ts'
import type { ContainerConfig } from '../container/config.ts'
import type { ContainerParts } from '../container/container-parts.ts'
import type { FoundVolume } from '../container/resolve-volumes.ts'
import type { Engine } from '../engine.ts'
import { DEFAULT_DETACH_KEYS } from '../plan/detach-keys.ts'
import type { RunRequest } from '../request.ts'
import type { ContainerSecret } from '../secret/container-secrets.ts'
import { explainCapabilities } from './explain-capabilities.ts'
import { explainConf } from './explain-conf.ts'
import { explainEnv } from './explain-env.ts'
import { explainMounts } from './explain-mounts.ts'

/** One thing that is settled of a container. */
export interface ExplainedValue {
  readonly subject: string
  readonly value: string
  /** a flag, `the image`, a variable of the caller's environment, a file and its line, `default`, and why where there is more to say */
  readonly decidedBy: string
}

export interface ValuesInput {
  readonly engine: Engine
  /** what is asked for, and what containers.conf says beside */
  readonly request: RunRequest
  readonly places: Places
  readonly image: Image
  readonly name: string
  readonly config: ContainerConfig
  readonly parts: ContainerParts
  readonly secrets: readonly ContainerSecret[]
  readonly found: readonly FoundVolume[]
}

/** Who decided what. A flag wins over the image, and that over what holds without either. */
export function explainValues(input: ValuesInput): ExplainedValue[] {
  return [
    ...whatRuns(input),
    ...explainEnv(input),
    ...howItIsApart(input),
    ...explainCapabilities(input),
    ...explainMounts(input),
    ...itsNetwork(input),
    ...itsLimits(input),
    ...itsLife(input),
    ...explainConf(input),
  ]
}

/** The first whose value is given decides. */
function settled(
  subject: string,
  value: string,
  ...deciders: readonly (readonly [given: unknown, name: string])[]
): ExplainedValue {
  const decider = deciders.find(([given]) => isGiven(given))
  return { subject, value, decidedBy: decider?.[1] ?? 'default' }
}

function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== '' && value !== false
}

function whatRuns({ engine, request, places, image, name, config }: ValuesInput): ExplainedValue[] {
  const { process } = config.spec
  const { user } = process
  const byEntrypoint = request.entrypoint !== undefined
  const { tried } = engine.storage.driverChoice()
  const reasons = tried.map((other) => `${other.name}: ${other.reason}`).join('; ')
  const isDriverAsked = engine.selfArgv.includes('--storage-driver')
  const imageName = request.rootfs
    ? request.image
    : `${meantName(request.image, image.names) ?? image.names[0] ?? request.image} (${image.id.slice(0, 12)})`
  return [
    settled('name', name, [request.name, '--name']),
    settled('image', imageName, [request.rootfs, '--rootfs'], [request.image, 'the command line']),
    settled('pull policy', request.pull ?? 'missing', [request.pull, places.pull ?? '--pull']),
    settled(
      'storage driver',
      engine.storage.driver().name,
      [engine.env['STORAGE_DRIVER'], 'STORAGE_DRIVER'],
      [isDriverAsked, '--storage-driver'],
      [true, `the best that works here${reasons === '' ? '' : `: ${reasons}`}`],
    ),
    settled(
      'command',
      process.args.join(' '),
      [byEntrypoint && request.command.length > 0, '--entrypoint and the command line'],
      [byEntrypoint, '--entrypoint'],
      [
        request.command.length > 0 && image.config.entrypoint.length > 0,
        "the image's entry point and the command line",
      ],
      [request.command, 'the command line'],
      [true, 'the image'],
    ),
    settled(
      'user',
      `${user.uid}:${user.gid}`,
      [request.user, '--user'],
      [request.userns?.startsWith('keep-id'), places.userns ?? '--userns'],
      [image.config.user, 'the image'],
    ),
    settled('working directory', process.cwd, [request.workdir, '--workdir'], [image.config.workingDir, 'the image']),
    settled('terminal', process.terminal ? 'yes' : 'no', [request.tty, '--tty']),
    settled('stdin', request.interactive ? 'open' : 'empty', [request.interactive, '--interactive']),
    settled('detach keys', request.detachKeys ?? DEFAULT_DETACH_KEYS, [
      request.detachKeys !== undefined,
      places.detachKeys ?? '--detach-keys',
    ]),
  ]
}

function howItIsApart({ engine, request, places, config }: ValuesInput): ExplainedValue[] {
  const { linux, hostname } = config.spec
  const seccomp = request.securityOpt?.find((text) => /^seccomp[=:]/.test(text))
  const file = seccomp?.slice('seccomp='.length)
  const own = linux.namespaces.map(({ type }) => type)
  const map = linux.uidMappings.map(({ containerID, hostID, size }) => `${containerID}:${hostID}:${size}`).join(' ')
  return [
    settled('host name', hostname, [request.hostname, '--hostname'], [request.uts === 'host', places.uts ?? '--uts']),
    settled(
      'user namespace',
      map === '' ? 'the same as ours' : `ids ${map}`,
      [request.userns, places.userns ?? '--userns'],
      [request.uidmap, '--uidmap'],
      [engine.env['PODMAN_USERNS'], 'PODMAN_USERNS'],
    ),
    settled('namespaces of its own', own.join(' '), ...namespaceDeciders(request, places)),
    settled(
      'seccomp profile',
      file ?? (request.privileged ? 'none' : 'the usual one'),
      [seccomp, places.securityOpt ?? '--security-opt'],
      [request.privileged, '--privileged'],
    ),
    settled('read-only root', config.spec.root.readonly ? 'yes' : 'no', [
      request.readOnly !== undefined,
      places.readOnly ?? '--read-only',
    ]),
  ]
}

/** Each that is not as usual, and who says so. */
function namespaceDeciders(request: RunRequest, places: Places): (readonly [unknown, string])[] {
  const flags = (['pid', 'ipc', 'uts', 'cgroupns'] as const).flatMap((key) =>
    request[key] === undefined ? [] : [places[key] ?? `--${key}`],
  )
  return [[flags, flags.join(', ')]]
}

function itsNetwork({ request, places, config, parts }: ValuesInput): ExplainedValue[] {
  const { reason } = parts.network.choice
  const ports = (config.ports ?? []).map(
    (port) => `${port.hostIp}:${port.hostPort}->${port.containerPort}/${port.protocol}`,
  )
  return [
    settled(
      'network',
      config.networkMode,
      [request.networks?.length ? request.networks : undefined, places.networks ?? '--network'],
      [request.egress?.length ? request.egress : undefined, '--egress'],
      [places.rootlessNetwork, `${places.rootlessNetwork}: ${reason}`],
      [true, `default: ${reason}`],
    ),
    ...(request.egress?.length ? [settled('egress', request.egress.join(' '), [true, '--egress'])] : []),
    settled(
      'name servers',
      request.dns?.join(' ') ?? "the host's",
      [request.dns, places.dns ?? '--dns'],
      [true, '/etc/resolv.conf'],
    ),
    ...(ports.length > 0
      ? [settled('ports', ports.join(' '), [request.publishAll, '--publish-all'], [true, '--publish'])]
      : []),
  ]
}

const LIMITS = {
  memory: '--memory',
  memorySwap: '--memory-swap',
  memoryReservation: '--memory-reservation',
  cpus: '--cpus',
  cpuShares: '--cpu-shares',
  cpuQuota: '--cpu-quota',
  cpusetCpus: '--cpuset-cpus',
  pidsLimit: '--pids-limit',
} as const satisfies Partial<Record<keyof RunRequest, string>>

function itsLimits({ request, places, config }: ValuesInput): ExplainedValue[] {
  const asked = Object.entries(LIMITS).flatMap(([key, flag]) => {
    const value = request[key as keyof typeof LIMITS]
    return value === undefined
      ? []
      : [
          {
            subject: flag.slice(2).replaceAll('-', ' '),
            value: `${value}`,
            decidedBy: places[key as keyof typeof LIMITS] ?? flag,
          },
        ]
  })
  const rlimits = config.spec.process.rlimits.map(
    ({ type, soft, hard }) => `${type.slice('RLIMIT_'.length).toLowerCase()}=${soft}:${hard}`,
  )
  return [
    ...(asked.length > 0 ? asked : [settled('limits', 'none')]),
    settled('ulimits', rlimits.join(' ') || "the caller's", [request.ulimits, places.ulimits ?? '--ulimit']),
    settled('size of /dev/shm', request.shmSize ?? '64m', [request.shmSize, places.shmSize ?? '--shm-size']),
  ]
}

function itsLife({ request, places, image, config }: ValuesInput): ExplainedValue[] {
  const { health, restart, log } = config
  return [
    settled('log driver', log?.driver ?? 'k8s-file', [request.logDriver, places.logDriver ?? '--log-driver']),
    settled('restart policy', restart?.name ?? 'no', [request.restart, '--restart']),
    settled(
      'health check',
      health ? health.argv.join(' ') : 'none',
      [request.health, '--health-cmd and the like'],
      [image.config.healthcheck, 'the image'],
    ),
    settled(
      'stop signal',
      `${config.stopSignal}`,
      [request.stopSignal, '--stop-signal'],
      [image.config.stopSignal, 'the image'],
    ),
    settled('stop timeout', `${config.stopTimeoutS} s`, [
      request.stopTimeoutS !== undefined,
      places.stopTimeoutS ?? '--stop-timeout',
    ]),
    settled(
      'init process',
      request.init ? 'ours' : (request.initPath ?? 'none'),
      [request.initPath, places.initPath ?? '--init-path'],
      [request.init !== undefined, places.init ?? '--init'],
    ),
    settled('removed at its end', request.remove ? 'yes' : 'no', [request.remove, '--rm']),
  ]
}
