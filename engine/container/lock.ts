import type { Engine } from '../engine.ts'

/** Longer than any of us keeps it, but for a `stop` with a long grace time, which names itself as the holder. */
const LOCK_TIMEOUT_MS = 30_000

/** Only one command changes a container at a time. @throws {TspodError} E_LOCK_TIMEOUT, naming the holder */
export function lockContainer(engine: Engine, id: string, timeoutMs = LOCK_TIMEOUT_MS): Promise<AsyncDisposable> {
  return engine.storage.locks.acquire('container', id, { timeoutMs })
}
