import type { ContainerRow } from '../../storage/state/container-row.ts'
import { lockContainer } from '../container/lock.ts'
import { observe } from '../container/reconcile.ts'
import { releaseRuntime } from '../container/release.ts'
import { stopLocked } from '../container/stop-locked.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'

const OVER: readonly ContainerRow['status'][] = ['exited', 'created']

/**
 * Ends the holder of a pod where none of the other containers runs. Who starts one has its lock and then waits for that of
 * the holder; so theirs are not waited for here: whoever has one will come here when that container has ended.
 */
export async function stopHolder(
  engine: Engine,
  { podId, holderId }: { readonly podId: string; readonly holderId: string },
): Promise<void> {
  const { containers, locks } = engine.storage
  if (!isOver(engine, membersOf(engine, podId, holderId))) return
  await using _holder = await lockContainer(engine, holderId)
  using held = new DisposableStack()
  for (const { id } of membersOf(engine, podId, holderId)) {
    const lock = locks.tryAcquire('container', id)
    if (!lock) return
    held.use(lock)
  }
  const holder = containers.find(holderId)
  if (!holder || !isOver(engine, membersOf(engine, podId, holderId))) return
  if (isOver(engine, [holder])) return
  releaseRuntime(engine, await stopLocked(engine, holder, {}))
  recordContainerEvent(engine, holder, 'cleanup')
}

function membersOf({ storage }: Engine, podId: string, holderId: string): ContainerRow[] {
  return storage.containers.ofPod(podId).filter(({ id }) => id !== holderId)
}

function isOver(engine: Engine, members: readonly ContainerRow[]): boolean {
  return members.every((row) => OVER.includes(observe(engine, row).status))
}
