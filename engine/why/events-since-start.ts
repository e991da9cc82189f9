import type { Engine } from '../engine.ts'
import type { EngineEvent } from '../events/event.ts'
import { readEvents } from '../events/read.ts'

/** What tspod did to a container since it was last started. */
export interface EventsOfStart {
  /** numbers of the signals that "tspod kill" sent */
  readonly killed: readonly number[]
  readonly wasStopped: boolean
  readonly wasUnhealthy: boolean
}

export async function eventsSinceStart(engine: Engine, id: string): Promise<EventsOfStart> {
  const events: EngineEvent[] = []
  for await (const event of readEvents(engine, { filters: [`container=${id}`] })) {
    if (event.action === 'start') events.length = 0
    if (event.id === id) events.push(event)
  }
  return summaryOf(events)
}

/** Pure. A restart is noted behind the start that it ends with, so it is nothing that ended this run. */
export function summaryOf(events: readonly Pick<EngineEvent, 'action' | 'attributes'>[]): EventsOfStart {
  const has = (...actions: readonly string[]): boolean => events.some(({ action }) => actions.includes(action))
  const kills = events.filter(({ action }) => action === 'kill').map(({ attributes }) => Number(attributes['signal']))
  return {
    killed: kills.filter(Number.isInteger),
    wasStopped: has('stop'),
    wasUnhealthy:
      events.findLast(({ action }) => action === 'health_status')?.attributes['health_status'] === 'unhealthy',
  }
}
