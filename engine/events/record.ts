import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import type { EngineEvent } from './event.ts'

/** Where events are kept, a JSON object a line, oldest first. */
export function eventsFile(engine: Pick<Engine, 'storage'>): string {
  return join(engine.storage.paths.root, 'events.log')
}

/**
 * Writes an event down: one write(2) at the end of a file, so that commands that run at the same
 * time do not wait for each other. That it cannot be written, on a full disk, is no reason to fail.
 */
export function recordEvent(engine: Engine, event: Omit<EngineEvent, 'timeMs'>): void {
  const line = `${JSON.stringify({ timeMs: Date.now(), ...event } satisfies EngineEvent)}\n`
  try {
    appendFileSync(eventsFile(engine), line, { mode: 0o600 })
  } catch (error) {
    engine.warn(`could not write an event down: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** As `recordEvent`, of a container. */
export function recordContainerEvent(
  engine: Engine,
  row: Pick<ContainerRow, 'id' | 'name' | 'imageName' | 'labels'>,
  action: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  const { id, name, imageName, labels } = row
  recordEvent(engine, {
    type: 'container',
    action,
    id,
    name,
    attributes: { image: imageName, ...labels, ...attributes },
  })
}
