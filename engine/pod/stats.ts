import { type ContainerStats, watchStats } from '../container/stats.ts'
import type { Engine } from '../engine.ts'
import { resolvePod } from './pod.ts'

export interface PodStats extends ContainerStats {
  /** id of its pod */
  readonly podId: string
}

/**
 * What the containers of pods use, again and again, as `watchStats`. One report without any where there is none.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF: at the beginning
 * @see podman-pod-stats(1)
 */
export async function* watchPodStats(
  engine: Engine,
  refs: readonly string[],
  options: { readonly intervalMs: number },
): AsyncGenerator<readonly PodStats[]> {
  const pods = new Map(
    refs
      .map((ref) => resolvePod(engine, ref))
      .flatMap(({ row, containers }) => containers.map(({ id }) => [id, row.id])),
  )
  if (pods.size === 0) {
    yield []
    return
  }
  for await (const stats of watchStats(engine, { refs: [...pods.keys()], intervalMs: options.intervalMs })) {
    yield stats.map((one) => ({ ...one, podId: pods.get(one.id) ?? '' }))
  }
}
