import { podNotFound } from '../../storage/state/pods.ts'
import type { Engine } from '../engine.ts'

/** Removing all containers of a pod takes the grace time of each that runs. */
const TIMEOUT_MS = 60_000

/**
 * Keeps a pod from being removed while a container is made in it. Whoever takes locks of containers besides
 * takes this one first.
 *
 * @throws {TspodError} E_POD_NOT_FOUND: it went before; E_LOCK_TIMEOUT
 */
export async function holdPod(engine: Engine, id: string): Promise<Disposable> {
  const lock = await engine.storage.locks.acquire('pod', id, { timeoutMs: TIMEOUT_MS, shared: true })
  if (engine.storage.pods.find(id)) return lock
  lock[Symbol.dispose]()
  throw podNotFound(id.slice(0, 12))
}

/** For who removes it. @throws {TspodError} E_LOCK_TIMEOUT */
export function lockPod(engine: Engine, id: string): Promise<Disposable> {
  return engine.storage.locks.acquire('pod', id, { timeoutMs: TIMEOUT_MS, doing: 'removing the pod' })
}
