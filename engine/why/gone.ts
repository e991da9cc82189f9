import type { Engine } from '../engine.ts'
import type { EngineEvent } from '../events/event.ts'
import { readEvents } from '../events/read.ts'
import { summaryOf } from './events-since-start.ts'

/** What the events still know of a container that was removed, as one with --rm is at its end. */
export interface GoneContainer {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly exitCode: number
  readonly startedAtMs: number | null
  readonly finishedAtMs: number
  readonly events: ReturnType<typeof summaryOf>
}

/** The last one that ended, of this name, id or beginning of an id where one is given; undefined where the events know none. */
export async function findGone(engine: Engine, ref: string | undefined): Promise<GoneContainer | undefined> {
  const ofContainer: EngineEvent[] = []
  for await (const event of readEvents(engine, { filters: ['type=container'] })) {
    if (ref === undefined || event.name === ref || event.id.startsWith(ref)) ofContainer.push(event)
  }
  return lastEnd(ofContainer)
}

/** Pure. @param events oldest first */
export function lastEnd(events: readonly EngineEvent[]): GoneContainer | undefined {
  const end = events.findLast(({ action }) => action === 'died')
  if (!end) return undefined
  const own = events.filter(({ id }) => id === end.id)
  const start = own.findLastIndex(({ action }) => action === 'start')
  return {
    id: end.id,
    name: end.name,
    image: end.attributes['image'] ?? '',
    exitCode: Number(end.attributes['containerExitCode'] ?? 0) || 0,
    startedAtMs: own[start]?.timeMs ?? null,
    finishedAtMs: end.timeMs,
    events: summaryOf(own.slice(Math.max(0, start))),
  }
}
