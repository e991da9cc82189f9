import { closeSync, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { reasonOf } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import type { EngineEvent } from './event.ts'
import { eventsFile, MAX_EVENTS_BYTES, olderEventsFile } from './file.ts'

/** A container may have labels of any size; an event without them is better than none that can be read. */
const MAX_LINE_BYTES = 1 << 16

/**
 * Writes an event down: one write(2) at the end of a file, so that commands that run at the same
 * time do not wait for each other. That it cannot be written, on a full disk, is no reason to fail.
 */
export function recordEvent(engine: Engine, event: Omit<EngineEvent, 'timeMs'>): void {
  try {
    append(engine, lineOf({ timeMs: Date.now(), ...event }))
  } catch (error) {
    engine.warn(`could not write an event down: ${reasonOf(error)}`)
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
  // What happened wins over a label of that name.
  const all = { ...labels, image: imageName, ...attributes }
  recordEvent(engine, { type: 'container', action, id, name, attributes: all })
}

/** As `recordEvent`, of an image; `name` is the one it was called by. */
export function recordImageEvent(
  engine: Engine,
  action: string,
  image: { readonly id: string; readonly name: string },
): void {
  recordEvent(engine, { type: 'image', action, ...image, attributes: {} })
}

function lineOf(event: EngineEvent): string {
  const line = `${JSON.stringify(event)}\n`
  if (line.length <= MAX_LINE_BYTES) return line
  const { image = '' } = event.attributes
  return `${JSON.stringify({ ...event, attributes: { image: image.slice(0, 1000) } })}\n`
}

function append(engine: Engine, line: string): void {
  const fd = openSync(eventsFile(engine), 'a', 0o600)
  try {
    writeSync(fd, line)
    if (fstatSync(fd).size > MAX_EVENTS_BYTES) rotate(engine)
  } finally {
    closeSync(fd)
  }
}

/**
 * Makes room: the file becomes the older one. Who has it open still writes into it, under its new
 * name, so no event is lost. Under a lock, and only if it is still too large: two who come here at
 * once would put the new file in the place of the full one.
 */
function rotate(engine: Engine): void {
  using lock = engine.storage.locks.tryAcquire('events', 'rotate')
  if (!lock) return
  const path = eventsFile(engine)
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= MAX_EVENTS_BYTES) return
  renameSync(path, olderEventsFile(engine))
}
