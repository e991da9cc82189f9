import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import { observe } from '../container/reconcile.ts'
import { ruleOf, type Verb } from '../container/states.ts'
import type { Engine } from '../engine.ts'
import { type PodStatus, podStatus } from './status.ts'

/** A pod as it is now. */
export interface Pod {
  readonly row: PodRow
  readonly status: PodStatus
  /** the holder first, then the oldest */
  readonly containers: readonly ContainerRow[]
}

/** @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF */
export function resolvePod(engine: Engine, ref: string): Pod {
  return observePod(engine, engine.storage.pods.resolve(ref))
}

export function observePod(engine: Engine, row: PodRow): Pod {
  const rows = engine.storage.containers.ofPod(row.id).map((container) => observe(engine, container))
  const isHolder = ({ id }: ContainerRow): boolean => id === row.infraId
  const containers = [...rows.filter(isHolder), ...rows.filter((container) => !isHolder(container))]
  return { row, containers, status: podStatus(containers.map(({ status }) => status)) }
}

/** Those of its containers that the verb does something with, as the table of states has it. */
export function containersFor({ containers }: Pod, verb: Verb): ContainerRow[] {
  return containers.filter(({ status }) => ruleOf(verb, status).kind === 'works')
}
