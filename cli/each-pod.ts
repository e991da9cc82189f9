import type { PodOutcome } from '../engine/pod/outcome.ts'
import { type CommandResult, forEachTarget } from './command.ts'

/**
 * Does one thing to each pod in turn, and prints their ids, as podman does. What fails in single containers is said,
 * and the pod then does not count as done.
 */
export async function forEachPod(
  refs: readonly string[],
  action: (ref: string) => Promise<PodOutcome | undefined>,
): Promise<CommandResult> {
  const inside: unknown[] = []
  const result = await forEachTarget(refs, action, (outcome) => {
    inside.push(...(outcome?.failures ?? []))
    return outcome && outcome.failures.length === 0 ? outcome.pod.id : undefined
  })
  return { ...result, failures: [...(result.failures ?? []), ...inside] }
}
