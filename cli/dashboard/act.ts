import { killContainer } from '../../engine/container/kill.ts'
import { removeContainer } from '../../engine/container/remove.ts'
import { restartContainer } from '../../engine/container/restart.ts'
import { startExisting } from '../../engine/container/start-existing.ts'
import { stopContainer } from '../../engine/container/stop.ts'
import type { Engine } from '../../engine/engine.ts'
import { removeImage } from '../../engine/image/remove.ts'
import { removeNetwork } from '../../engine/network/remove.ts'
import { killPod } from '../../engine/pod/kill.ts'
import type { PodOutcome } from '../../engine/pod/outcome.ts'
import { removePod } from '../../engine/pod/remove.ts'
import { restartPod } from '../../engine/pod/restart.ts'
import { startPod } from '../../engine/pod/start.ts'
import { stopPod } from '../../engine/pod/stop.ts'
import { removeVolume } from '../../engine/volume/remove.ts'
import type { Target, Verb } from '../../ui/dashboard/source.ts'

const SIGKILL = 9

/**
 * Does to a thing what a key of the dashboard says.
 *
 * @throws {TspodError} what the engine's function throws; of a pod why it could not be done to the first that failed
 */
export async function actOn(engine: Engine, verb: Verb, { kind, id }: Target): Promise<void> {
  if (verb === 'remove') return await remove(engine, kind, id)
  if (kind === 'container') return await actOnContainer(engine, verb, id)
  if (kind === 'pod') {
    const { failures } = (await actOnPod(engine, verb, id)) ?? { failures: [] }
    if (failures.length > 0) throw failures[0]
  }
}

async function actOnContainer(engine: Engine, verb: Exclude<Verb, 'remove'>, id: string): Promise<void> {
  if (verb === 'start') await startExisting(engine, id)
  else if (verb === 'stop') await stopContainer(engine, id, {})
  else if (verb === 'restart') await restartContainer(engine, id, {})
  else await killContainer(engine, id, SIGKILL)
}

async function actOnPod(engine: Engine, verb: Exclude<Verb, 'remove'>, id: string): Promise<PodOutcome | undefined> {
  if (verb === 'start') return await startPod(engine, id)
  if (verb === 'stop') return await stopPod(engine, id, {})
  return verb === 'restart' ? await restartPod(engine, id, {}) : await killPod(engine, id, SIGKILL)
}

/** Somebody was asked before, so what runs is stopped; what others use stays. */
async function remove(engine: Engine, kind: Target['kind'], id: string): Promise<void> {
  switch (kind) {
    case 'container':
      return void (await removeContainer(engine, id, { force: true }))
    case 'pod':
      return void (await removePod(engine, id, { force: true }))
    case 'image':
      return void (await removeImage(engine, id, {}))
    case 'volume':
      return void (await removeVolume(engine, id))
    case 'network':
      return void (await removeNetwork(engine, id))
  }
}
