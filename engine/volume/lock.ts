import type { Lock } from '../../storage/locks.ts'
import type { Engine } from '../engine.ts'
import type { VolumeRequest } from '../spec/parse-volume.ts'

const LOCK = { kind: 'storage', key: 'volumes' } as const
/** Removing a large volume takes its time. */
const LOCK_TIMEOUT_MS = 600_000

/**
 * Held by who makes a container, from before its volumes are looked for until its row says that it
 * has them: none is removed meanwhile. Alone where a volume has to be made that goes again should the
 * container not come to be. Nothing where there are no volumes.
 */
export async function holdVolumes({ storage }: Engine, requests: readonly VolumeRequest[]): Promise<Lock | undefined> {
  if (!requests.some(({ kind }) => kind === 'named' || kind === 'anonymous')) return undefined
  const isMissing = requests.some(({ kind, source }) => kind === 'named' && !storage.volumes.find(source))
  const doing = 'making a container with volumes'
  return await storage.locks.acquire(LOCK.kind, LOCK.key, { shared: !isMissing, doing, timeoutMs: LOCK_TIMEOUT_MS })
}

/** Held by who removes volumes, from before looking for who has them. */
export async function lockVolumes({ storage }: Engine): Promise<Lock> {
  return await storage.locks.acquire(LOCK.kind, LOCK.key, { doing: 'removing volumes', timeoutMs: LOCK_TIMEOUT_MS })
}

/**
 * Held by who fills a volume, beside the lock on all of them: two containers that are made at once
 * would both find it empty.
 */
export async function lockVolume({ storage }: Engine, name: string): Promise<Lock> {
  return await storage.locks.acquire('volume', name, { doing: 'filling a volume', timeoutMs: LOCK_TIMEOUT_MS })
}

/** Removes a volume and what was needed to lock it. For who holds the lock on all volumes alone, or where its container was the only one to have it. */
export function removeLockedVolume({ storage }: Engine, name: string): void {
  storage.volumes.remove(name)
  storage.locks.forget('volume', name)
}
