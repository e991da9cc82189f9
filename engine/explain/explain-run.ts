import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { randomHex } from '../../base/random.ts'
import { UndoStack } from '../../base/undo.ts'
import type { Image } from '../../storage/images/image.ts'
import { removeTree } from '../../storage/remove-tree.ts'
import { temporaryPath } from '../../storage/temporary.ts'
import type { SettledRequest } from '../config/settle-request.ts'
import { settledRequest } from '../config/settled-request.ts'
import { containerParts } from '../container/container-parts.ts'
import { describeContainer } from '../container/describe.ts'
import { containerIdentity } from '../container/identity.ts'
import { parseContainerName, withRandomName } from '../container/name.ts'
import { newRow } from '../container/new-row.ts'
import { containerPlan } from '../container/plan.ts'
import { resolveVolumes } from '../container/resolve-volumes.ts'
import { readUsers } from '../container/users.ts'
import { writeFiles } from '../container/write-files.ts'
import type { Engine } from '../engine.ts'
import { findBuiltIn } from '../image/built-in.ts'
import { noImage } from '../image/no-image.ts'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from '../plan/detach-keys.ts'
import { STREAMS } from '../plan/stream-steps.ts'
import { intoPod } from '../pod/into-pod.ts'
import type { RunRequest } from '../request.ts'
import type { OciConfig } from '../spec/oci.ts'
import { dryEngine } from './dry-engine.ts'
import { type ExplainedStep, explainSteps } from './explain-steps.ts'
import { type ExplainedValue, explainValues } from './explain-values.ts'

/** What a run would do, and who decided that. */
export interface RunExplanation {
  readonly values: readonly ExplainedValue[]
  readonly steps: readonly ExplainedStep[]
  /** as the runtime specification has it */
  readonly config: OciConfig
}

/**
 * Says what `run` would do with this request, without doing it: nothing is pulled, made or removed.
 * It takes the same way as a run up to where that begins to make something. What a secret is does
 * not show.
 *
 * @throws {TspodError} E_IMAGE_NOT_KNOWN: the image is not here, so nobody knows what it says
 * @throws {TspodError} whatever in the request is wrong
 */
export async function explainRun(engine: Engine, asked: RunRequest): Promise<RunExplanation> {
  const isMember = asked.pod !== undefined || asked.podIdFile !== undefined
  const own = isMember ? (await intoPod(engine, asked, { makesNothing: true })).request : asked
  const settled = await settledRequest(engine, own)
  const { request } = settled
  const image = await findImage(engine, request)
  const directory = temporaryPath(engine.storage.paths.temporary, 'explain')
  try {
    const dry = dryEngine(engine, directory)
    if (request.name !== undefined) return await explainNamed(dry, settled, image, parseContainerName(request.name))
    return await withRandomName((name) => explainNamed(dry, settled, image, name))
  } finally {
    removeTree(directory)
  }
}

async function findImage(engine: Engine, request: RunRequest): Promise<Image> {
  if (request.rootfs) return noImage()
  const image = engine.storage.images.find(request.image) ?? (await findBuiltIn(engine, request.image))
  if (image) return image
  throw new TspodError(
    'E_IMAGE_NOT_KNOWN',
    `${request.image}: image not known, and what it says decides about the run`,
    {
      hint: `run "tspod pull ${request.image}" first`,
    },
  )
}

async function explainNamed(
  engine: Engine,
  { request, places }: SettledRequest,
  image: Image,
  name: string,
): Promise<RunExplanation> {
  const { storage } = engine
  const id = randomHex(32)
  const containerDir = engine.containerDir(id)
  await using undo = new UndoStack()
  const parts = await containerParts(engine, request, image)
  const found = resolveVolumes(engine, parts.mounts.volumes, { containerDir, undo, isDry: true })
  const directories = parts.kept.rootfs
    ? [parts.kept.rootfs.path]
    : image.layers.map(({ chainId }) => storage.paths.layer(chainId)).reverse()
  const driver = storage.driver()
  await using identity = await containerIdentity(engine, {
    request,
    image,
    driver,
    userDatabase: readUsers(directories),
    mounted: found.map(({ kept }) => kept.destination),
  })
  const input = { request, image, id, name, containerDir, directories, parts, found, identity }
  const { config, seccomp, secrets } = describeContainer(input)
  writeFiles(engine, {
    id,
    name,
    imageId: image.id,
    request,
    parts,
    directories,
    others: identity.files,
    root: undefined,
  })
  // A file of that name is there for the plan; what is in it is nobody's business.
  for (const { file } of secrets) {
    mkdirSync(dirname(join(containerDir, file)), { recursive: true })
    writeFileSync(join(containerDir, file), '')
  }
  const filter = seccomp ? { filterFile: 'PROFILE.bpf' } : {}
  const shown = { ...config, ...filter, secrets: [] }
  const row = newRow({ id, name, request, image, driver: driver.name, config: shown })
  const plan = await containerPlan(engine, row, {
    streams: request.detach ? [] : STREAMS,
    detachKeys: parseDetachKeys(request.detachKeys ?? DEFAULT_DETACH_KEYS),
    cgroup: undefined,
    waits: false,
    preserveFds: request.preserveFds ?? 0,
  })
  const explanation = {
    values: explainValues({ engine, request, places, image, name, config, parts, secrets, found }),
    steps: explainSteps(plan),
    config: config.spec,
  }
  return withPath(explanation, containerDir, storage.paths.container(id))
}

/** What is in a directory that only the explanation has, at the place where it would be. */
function withPath(explanation: RunExplanation, from: string, to: string): RunExplanation {
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
  // It holds nothing but what JSON can say.
  return JSON.parse(JSON.stringify(explanation).replaceAll(inJson(from), inJson(to))) as RunExplanation
}
