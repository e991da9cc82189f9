import type { Engine } from '../engine.ts'

/**
 * Called when a container has ended or gone, by who has no lock of it any more: sees to what the pod wants to
 * happen after the last one. Cheap for a pod that wants nothing.
 */
export async function leavePod(engine: Engine, podId: string): Promise<void> {
  const pod = engine.storage.pods.find(podId)
  if (!pod || pod.infraId === null) return
  const { parsePodConfig } = await import('./config.ts')
  if (parsePodConfig(pod).exitPolicy !== 'stop') return
  const { stopHolder } = await import('./stop-holder.ts')
  await stopHolder(engine, { podId, holderId: pod.infraId })
}
