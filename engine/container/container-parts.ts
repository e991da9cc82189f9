import { existsSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { hiddenParts, type KernelFileSystem } from '../rootless/hidden-parts.ts'
import { type FoundSecret, findSecrets } from '../secret/container-secrets.ts'
import { parseHealth } from '../spec/parse-health.ts'
import { parseLog } from '../spec/parse-log.ts'
import { parseRestart } from '../spec/parse-restart.ts'
import { parseVolumes, type RequestedMounts } from '../spec/parse-volumes.ts'
import { type ContainerNetwork, chooseNetwork } from './choose-network.ts'
import type { ContainerConfig } from './config.ts'
import { type JoinedNamespaces, joinNamespaces } from './join-namespaces.ts'
import { JOURNAL_SOCKET } from './log-target.ts'
import { type ResolvedDevices, resolveDevices } from './resolve-devices.ts'
import { parseRootfs } from './rootfs.ts'
import { timeZone } from './time-zone.ts'
import { volumesFrom } from './volumes-from.ts'

/** What is known of a container before anything of it is made: its request, held against the host and what there is. */
export interface ContainerParts {
  readonly namespaces: JoinedNamespaces
  readonly network: ContainerNetwork
  readonly mounts: RequestedMounts
  readonly secrets: readonly FoundSecret[]
  readonly devices: ResolvedDevices
  /** for /etc/localtime */
  readonly zone: Buffer | undefined
  /** of the calling process */
  readonly ownOomScore: number
  /** what the container cannot have its own of */
  readonly hidden: readonly KernelFileSystem[]
  /** members of the configuration that no other part says anything of */
  readonly kept: Pick<ContainerConfig, 'restart' | 'health' | 'log' | 'rootfs' | 'requires'>
}

/**
 * Makes nothing; asks the host only for what the request needs.
 *
 * @throws {TspodError} what of the request does not follow its grammar, contradicts itself, or cannot be had here
 */
export async function containerParts(engine: Engine, request: RunRequest, image: Image): Promise<ContainerParts> {
  const namespaces = joinNamespaces(engine, request)
  const { network: joined } = namespaces.joined
  return {
    namespaces,
    network: await chooseNetwork(engine, request, { image: image.config, joined }),
    mounts: requestedMounts(engine, request, image),
    secrets: findSecrets(engine, request.secrets),
    devices: await resolveDevices(request, engine.warn),
    zone: request.tz ? timeZone(request.tz) : undefined,
    ownOomScore: request.oomScoreAdj === undefined ? 0 : Number(readTextIfExists('/proc/self/oom_score_adj') ?? 0),
    hidden: engine.host.rootless ? hiddenParts() : [],
    kept: keptParts(engine, request, image),
  }
}

/** What the request itself mounts wins over what --volumes-from brings. */
function requestedMounts(engine: Engine, request: RunRequest, image: Image): RequestedMounts {
  const others = request.volumesFrom?.length ? volumesFrom(engine, request) : []
  const usual = usualMounts(engine, request)
  const taken = [...others, ...usual.volumes].map(({ target }) => target)
  const filesystemTargets = usual.filesystems.map(({ destination }) => destination)
  const { volumes, filesystems } = parseVolumes(request, image.config, {
    cwd: engine.cwd,
    taken: [...taken, ...filesystemTargets],
  })
  const own = new Set([...volumes.map(({ target }) => target), ...filesystems.map(({ destination }) => destination)])
  const added = others.filter(({ target }) => !own.has(target))
  for (const { target } of added) own.add(target)
  return {
    volumes: [...volumes, ...added, ...usual.volumes.filter(({ target }) => !own.has(target))],
    filesystems: [...filesystems, ...usual.filesystems.filter(({ destination }) => !own.has(destination))],
  }
}

/** Of containers.conf; whatever else is mounted at the same place wins. */
function usualMounts({ cwd }: Engine, { defaults, makeSources }: RunRequest): RequestedMounts {
  const { volumes, mounts } = defaults ?? {}
  if (!volumes && !mounts) return { volumes: [], filesystems: [] }
  const request = { ...(volumes && { volumes }), ...(mounts && { mounts }), ...(makeSources && { makeSources }) }
  return parseVolumes(request, { volumes: [] }, { cwd })
}

function keptParts(engine: Engine, request: RunRequest, image: Image): ContainerParts['kept'] {
  const restart = request.restart === undefined ? undefined : parseRestart(request.restart)
  if (restart && restart.name !== 'no' && request.remove) {
    throw new TspodError('E_BAD_RESTART', `--rm and --restart ${restart.name} exclude each other`, {
      hint: 'leave one of them out: what is removed at its end cannot be started again',
    })
  }
  if (restart && restart.name !== 'no' && request.bindTo !== undefined) {
    throw new TspodError('E_BAD_RESTART', `--bind-to and --restart ${restart.name} exclude each other`, {
      hint: 'leave one of them out: what ends with its owner is not started again',
    })
  }
  const health = parseHealth(request.health, image.config.healthcheck)
  const log = parseLog(request, engine.cwd)
  if (log?.driver === 'journald' && !existsSync(JOURNAL_SOCKET)) {
    throw new TspodError('E_NO_JOURNAL', 'the log driver journald needs systemd-journald, which does not run here', {
      hint: 'use --log-driver k8s-file',
    })
  }
  return {
    ...(restart && { restart }),
    ...(health && { health }),
    ...(log && { log }),
    ...(request.requires?.length ? { requires: requiredIds(engine, request.requires) } : {}),
    ...(request.rootfs ? { rootfs: parseRootfs(request.image, engine.cwd) } : {}),
  }
}

/** @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF */
function requiredIds(engine: Engine, refs: readonly string[]): string[] {
  return [...new Set(refs.map((ref) => engine.storage.containers.resolve(ref).id))]
}
