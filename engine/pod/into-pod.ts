import { TspodError } from '../../base/errors.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { type Holder, memberRequest } from './member-request.ts'
import { readPodIdFile } from './read-id-file.ts'

const NEW = /^new:(.*)$/s

/** Of `run --pod new:NAME`: what is the pod's to have rather than the container's. Source: podman-run(1), "--pod". */
const MOVED = [
  ...([
    'addHosts',
    'dns',
    'dnsOptions',
    'dnsSearch',
    'egress',
    'gidmap',
    'hostname',
    'hostsFile',
    'ip',
    'ip6',
  ] as const),
  ...(['macAddress', 'networkAliases', 'networks', 'noHosts', 'publish', 'subgidname', 'subuidname'] as const),
  ...(['uidmap', 'userns'] as const),
]

/** A request with what comes of its pod, and how to undo what was made for it. */
export interface PodMember {
  readonly request: RunRequest
  /** removes the pod that was made for the container, as long as nobody is in it */
  undo(): Promise<void>
}

/**
 * What `--pod` and `--pod-id-file` make of a request. With `new:NAME` the pod is made, unless the caller only
 * wants to know.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF, E_POD_OPTION, E_POD_ID_FILE; what `createPod` throws
 */
export async function intoPod(
  engine: Engine,
  asked: RunRequest,
  options: { readonly makesNothing?: boolean } = {},
): Promise<PodMember> {
  const ref = podRefOf(asked)
  const [, newName] = NEW.exec(ref) ?? []
  if (newName === undefined) {
    const pod = engine.storage.pods.resolve(ref)
    return { request: memberRequest(asked, pod, holderOf(engine, pod)), undo: async () => {} }
  }
  if (options.makesNothing)
    throw new TspodError('E_BAD_ARGUMENTS', 'a pod that is not there cannot be explained', {
      hint: 'make it with "tspod pod create", and name it after --pod',
    })
  return await intoNewPod(engine, asked, newName)
}

async function intoNewPod(engine: Engine, asked: RunRequest, name: string): Promise<PodMember> {
  const { createPod } = await import('./create.ts')
  const { removePod } = await import('./remove.ts')
  const given = Object.entries(asked)
  const isMoved = (word: string): boolean => MOVED.some((moved) => moved === word)
  const pod = await createPod(engine, {
    ...Object.fromEntries(given.filter(([word]) => isMoved(word))),
    ...(name === '' ? {} : { name }),
    ...(asked.createCommand ? { createCommand: asked.createCommand } : {}),
  })
  const rest = Object.fromEntries(given.filter(([word]) => !isMoved(word))) as unknown as RunRequest
  const undo = async (): Promise<void> => {
    const others = engine.storage.containers.ofPod(pod.id).filter(({ id }) => id !== pod.infraId)
    if (others.length === 0) await removePod(engine, pod.id, { force: true, ignoreMissing: true })
  }
  try {
    return { request: memberRequest(rest, pod, holderOf(engine, pod)), undo }
  } catch (error) {
    await undo()
    throw error
  }
}

function holderOf({ storage }: Engine, { name, infraId }: PodRow): Holder | undefined {
  if (infraId === null) return undefined
  const row = storage.containers.find(infraId)
  if (row) return { id: infraId, config: parseContainerConfig(row.config) }
  throw new TspodError('E_POD_BROKEN', `the pod ${name} has lost its infra container`, {
    hint: `remove it with "tspod pod rm ${name}", and make it anew`,
  })
}

function podRefOf({ pod, podIdFile }: RunRequest): string {
  if (podIdFile === undefined) return pod ?? ''
  if (pod !== undefined) throw new TspodError('E_BAD_ARGUMENTS', '--pod and --pod-id-file exclude each other')
  return readPodIdFile(podIdFile)
}
