import { TspodError } from '../../base/errors.ts'
import type { Verb } from '../container/states.ts'
import type { Engine } from '../engine.ts'
import { recordPodEvent } from './event.ts'
import { outcomeOf, type PodOutcome } from './outcome.ts'
import { containersFor, resolvePod } from './pod.ts'

/**
 * Does a thing to those containers of a pod whose state allows it, one after the other, the holder last: while it
 * is held or gone nobody can be reached in its network.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_POD_STATE: there is none
 */
export async function eachContainer(
  engine: Engine,
  ref: string,
  { verb, action }: { readonly verb: Verb; readonly action: (id: string) => Promise<unknown> },
): Promise<PodOutcome> {
  const pod = resolvePod(engine, ref)
  const containers = containersFor(pod, verb).toReversed()
  if (containers.length === 0)
    throw new TspodError('E_POD_STATE', `cannot ${verb} pod ${ref} as it is ${pod.status.toLowerCase()}`)
  const results: PromiseSettledResult<unknown>[] = []
  for (const { id } of containers) results.push(...(await Promise.allSettled([action(id)])))
  recordPodEvent(engine, pod.row, verb)
  return outcomeOf(pod.row, results)
}
