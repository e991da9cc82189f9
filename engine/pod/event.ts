import type { PodRow } from '../../storage/state/pods.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'

export function recordPodEvent(engine: Engine, { id, name, labels }: PodRow, action: string): void {
  recordEvent(engine, { type: 'pod', action, id, name, attributes: labels })
}
