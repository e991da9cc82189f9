import { join } from 'node:path'
import type { Engine } from '../engine.ts'

/** Two files of this size are kept: some ten thousand events. */
export const MAX_EVENTS_BYTES = 4 << 20

/** Where events are kept, a JSON object a line, oldest first. */
export function eventsFile(engine: Pick<Engine, 'storage'>): string {
  return join(engine.storage.paths.root, 'events.log')
}

/** What `eventsFile` was before it grew too large. */
export function olderEventsFile(engine: Pick<Engine, 'storage'>): string {
  return `${eventsFile(engine)}.1`
}
