import { mkdirSync, statSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { type OpenRepository, repairBlob, repairLayer } from '../../storage/check/repair-content.ts'
import { CONTENT_LOCK } from '../../storage/collect.ts'
import type { Image } from '../../storage/images/image.ts'
import { normalizeReference } from '../../storage/registry/reference.ts'
import { registrySource } from '../../storage/transports/registry-source.ts'
import { isInfra } from '../container/is-infra.ts'
import { observe } from '../container/reconcile.ts'
import { removeContainer } from '../container/remove.ts'
import { sweepAbandoned } from '../container/sweep.ts'
import { removalOf } from '../container/whole.ts'
import type { Engine } from '../engine.ts'
import { openAccess, type RegistryAccess } from '../image/registry-access.ts'
import { removeImage } from '../image/remove.ts'
import type { Damage } from './check.ts'

export interface RepairOptions extends RegistryAccess {
  /** what cannot be repaired is removed: images with their containers, and containers */
  readonly force?: boolean
  /** files that belong to nothing go only when they are older than this */
  readonly minimumAgeMs?: number
  /** a line for the user: a retry, a mirror that failed */
  readonly onNotice?: (line: string) => void
}

/** What became of a damage: what was done about it, or why nothing could be. */
export type Repaired = { readonly done: string } | { readonly failure: TspodError }

const LOCK_TIMEOUT_MS = 600_000

/** Ways to mend each kind of damage, from the blobs up: a layer may be unpacked from a blob that came before it. */
export interface Repairer {
  repair(damage: Damage): Promise<Repaired>
}

/** @throws {TspodError} E_BAD_CONFIG: of registries.conf */
export async function openRepairer(engine: Engine, options: RepairOptions = {}): Promise<Repairer> {
  const { registries, tlsVerify, registry } = await openAccess(engine, options)
  const notices = options.onNotice ? { onNotice: options.onNotice } : {}
  const open: OpenRepository = (repository) =>
    registrySource(normalizeReference(repository), { ...registry, ...notices, registries, tlsVerify })
  return {
    async repair(damage) {
      try {
        return { done: await repairOne(engine, damage, { open, minimumAgeMs: options.minimumAgeMs ?? 0 }) }
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        return options.force ? await removeInstead(engine, damage, error) : { failure: error }
      }
    },
  }
}

interface Means {
  readonly open: OpenRepository
  readonly minimumAgeMs: number
}

async function repairOne(engine: Engine, damage: Damage, means: Means): Promise<string> {
  switch (damage.kind) {
    case 'blob':
    case 'layer':
      return await repairContent(engine, damage, means.open)
    case 'volume':
      mkdirSync(engine.storage.volumes.resolve(damage.name).path, { recursive: true, mode: 0o755 })
      return 'made anew, with nothing in it'
    case 'container':
      throw notRepairable('remove the container', removalOf(damage.container))
    case 'file':
    case 'leftover':
      return await removeFile(engine, damage.path, means.minimumAgeMs)
  }
}

async function repairContent(
  engine: Engine,
  damage: Extract<Damage, { kind: 'blob' | 'layer' }>,
  open: OpenRepository,
): Promise<string> {
  const { storage } = engine
  const [image] = damage.images
  if (!image) throw new Error('a damage of no image')
  const waiting = { shared: true, doing: 'repairing the storage', timeoutMs: LOCK_TIMEOUT_MS }
  using _content = await storage.locks.acquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, waiting)
  if (damage.kind === 'blob') {
    const from = await repairBlob(storage, image, damage.digest, open)
    return from === undefined ? 'by another command' : `fetched from ${from}`
  }
  // Asked again: one may have been started while all the others were checked.
  const running = storage.containers
    .list()
    .filter((row) => row.layers.includes(damage.layer.chainId) && observe(engine, row).status === 'running')
    .map(({ name }) => name)
  if (running.length > 0) throw notRepairable('stop its containers first', `tspod stop ${running.join(' ')}`)
  return `unpacked anew from ${await repairLayer(storage, image, damage.layer, open)}`
}

/** Only what nobody can miss: a volume's files stay, whatever became of its row. */
async function removeFile(engine: Engine, path: string, minimumAgeMs: number): Promise<string> {
  const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0)
  if (ageMs < minimumAgeMs) throw notRepairable('try again later', 'tspod system check --repair')
  engine.storage.collectGarbage()
  await sweepAbandoned(engine)
  engine.storage.volumes.sweepEmpty(Date.now())
  if (!statSync(path, { throwIfNoEntry: false })) return 'removed'
  throw new TspodError('E_NOT_REPAIRABLE', 'what is in it may be of use to you', {
    hint: `look at it, then remove it with "tspod unshare rm -r ${path}"`,
  })
}

async function removeInstead(engine: Engine, damage: Damage, failure: TspodError): Promise<Repaired> {
  switch (damage.kind) {
    case 'container':
      // One that holds a pod goes with it alone.
      if (isInfra(damage.container)) return { failure }
      await removeContainer(engine, damage.container.id, { force: true, ignoreMissing: true })
      return { done: 'removed the container' }
    case 'blob':
    case 'layer':
      return { done: await removeImages(engine, damage.images) }
    default:
      return { failure }
  }
}

async function removeImages(engine: Engine, images: readonly Image[]): Promise<string> {
  for (const { id } of images) await removeImage(engine, id, { force: true, ignoreMissing: true })
  return `removed ${images.map(({ id, names }) => names[0] ?? id.slice(0, 12)).join(', ')}`
}

function notRepairable(what: string, command: string): TspodError {
  return new TspodError('E_NOT_REPAIRABLE', what, { hint: `run "${command}"` })
}
