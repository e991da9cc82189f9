import { rmSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { randomHex } from '../../base/random.ts'
import { UndoStack } from '../../base/undo.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import { asCaller } from '../callers-umask.ts'
import { settledRequest } from '../config/settled-request.ts'
import { writeCidfile } from '../container/cidfile.ts'
import { createContainer } from '../container/create.ts'
import { forgetMaker } from '../container/maker.ts'
import { parseContainerName, withRandomName } from '../container/name.ts'
import type { Engine } from '../engine.ts'
import { noImage } from '../image/no-image.ts'
import type { RunRequest } from '../request.ts'
import { containerLabels } from '../spec/parse-labels.ts'
import { parseRestart } from '../spec/parse-restart.ts'
import { readOptionFile } from '../spec/read-option-file.ts'
import { type PodConfig, parsePodConfig } from './config.ts'
import { recordPodEvent } from './event.ts'
import { holderRequest, namedHolder } from './holder-request.ts'
import { parseShare } from './parse-share.ts'
import { removePod } from './remove.ts'
import { HOLDER_WORDS, type PodRequest } from './request.ts'

/**
 * Makes a pod: its row, and the container that holds what its containers share. Nothing of it runs yet, and
 * nothing is left of it where something fails.
 *
 * @throws {TspodError} E_NAME_IN_USE, E_BAD_SHARE, E_POD_WITHOUT_INFRA, E_CIDFILE; what `createContainer` throws
 * @see podman-pod-create(1)
 */
export async function createPod(engine: Engine, request: PodRequest): Promise<PodRow> {
  requireSense(request)
  const holder = request.infra === false ? undefined : await settledHolder(engine, holderRequest(request))
  const { name } = request
  if (name === undefined)
    return await withRandomName((random) => createNamed(engine, request, { name: random, holder }))
  parseContainerName(name, 'pod')
  const other = request.replace ? engine.storage.pods.find(name) : undefined
  // The beginning of an id is not a name.
  if (other?.name === name) await removePod(engine, other.id, { force: true, ignoreMissing: true })
  return await createNamed(engine, request, { name, holder })
}

async function createNamed(
  engine: Engine,
  request: PodRequest,
  { name, holder }: { readonly name: string; readonly holder: RunRequest | undefined },
): Promise<PodRow> {
  const id = randomHex(32)
  await using undo = new UndoStack()
  if (request.podIdFile !== undefined) {
    const { podIdFile } = request
    asCaller(engine, () => writeCidfile(podIdFile, id))
    undo.push(() => rmSync(podIdFile, { force: true }))
  }
  const pod = {
    id,
    name,
    createdAtMs: Date.now(),
    labels: containerLabels(request, { labels: {} }, readOptionFile),
    config: podConfig(request, holder, name),
  }
  const infraId = holder ? await createHolder(engine, holder, pod) : null
  const row: PodRow = { ...pod, infraId }
  if (!holder) engine.storage.pods.insert(row)
  undo.keep()
  recordPodEvent(engine, row, 'create')
  return row
}

async function createHolder(engine: Engine, holder: RunRequest, pod: Omit<PodRow, 'infraId'>): Promise<string> {
  const { id: podId, name } = pod
  const request = namedHolder(holder, { id: podId, name, hostname: parsePodConfig(pod).hostname })
  const { id } = await createContainer(engine, request, noImage(), pod)
  forgetMaker(engine.containerDir(id))
  return id
}

/** What containers.conf would mount in every container is mounted in those of the pod anyway. */
async function settledHolder(engine: Engine, asked: RunRequest): Promise<RunRequest> {
  const { request } = await settledRequest(engine, asked)
  const { volumes: _volumes, mounts: _mounts, ...defaults } = request.defaults ?? {}
  return { ...request, init: false, defaults }
}

function podConfig(request: PodRequest, holder: RunRequest | undefined, name: string): PodConfig {
  const { exitPolicy = 'continue', createCommand = [], restart, cgroupParent } = request
  if (restart !== undefined) parseRestart(restart)
  return {
    version: 1,
    shares: holder ? parseShare(request.share) : [],
    hostname: holder ? hostnameOf(holder, name) : '',
    exitPolicy,
    createCommand,
    ...(restart === undefined ? {} : { restart }),
    ...(cgroupParent === undefined ? {} : { cgroupParent }),
  }
}

/** Its name, as far as that can be one; '' where it has the host's. Source: podman-pod-create(1), "--hostname". */
function hostnameOf({ hostname, uts, networks = [] }: RunRequest, name: string): string {
  if (hostname !== undefined) return hostname
  if (uts !== undefined || networks.includes('host')) return ''
  return name.slice(0, 63).replace(/[^a-zA-Z0-9]+$/, '')
}

/** Words that ask for what only a holder can have. */
function requireSense(request: PodRequest): void {
  if (request.replace && request.name === undefined) {
    throw new TspodError('E_BAD_ARGUMENTS', 'cannot replace a pod without a name', { hint: 'name it with --name' })
  }
  if (request.infra !== false) return
  const word = [...HOLDER_WORDS, 'share' as const, 'infraName' as const].find((key) => {
    const value = request[key]
    return value !== undefined && key !== 'cgroupParent' && key !== 'makeSources' && value !== 'none' && value !== ''
  })
  if (word === undefined) return
  throw new TspodError('E_POD_WITHOUT_INFRA', `a pod without an infra container has no place for ${word}`, {
    hint: 'leave --infra=false out',
  })
}
