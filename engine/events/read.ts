import { closeSync, type FSWatcher, openSync, statSync, watch } from 'node:fs'
import type { Engine } from '../engine.ts'
import { type EngineEvent, parseEvent } from './event.ts'
import { eventsFile, olderEventsFile } from './file.ts'
import { parseEventFilters } from './filter.ts'
import { type LineReader, openLines } from './line-reader.ts'

export interface EventOptions {
  /** `key=value`; see parseEventFilters */
  readonly filters?: readonly string[]
  /** from then on; with neither this nor `follow` all that are kept, with `follow` those that come */
  readonly sinceMs?: number
  /** up to then; with `follow` it ends when that time has come */
  readonly untilMs?: number
  /** wait for more */
  readonly follow?: boolean
}

/** Where the kernel tells us nothing of a file that grows. */
const LOOK_MS = 500

/**
 * What happened, oldest first. With `follow` without end, until the caller takes no more or
 * `untilMs` has come. No event is missed, nor given twice, when the file is changed for a new one.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-events(1)
 */
export async function* readEvents(engine: Engine, options: EventOptions = {}): AsyncGenerator<EngineEvent> {
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, follow = false } = options
  const matches = parseEventFilters(options.filters ?? [])
  const isMeant = (event: EngineEvent): boolean => event.timeMs >= sinceMs && event.timeMs <= untilMs && matches(event)
  const fromStart = !follow || options.sinceMs !== undefined || options.untilMs !== undefined
  for await (const line of linesOf(engine, { fromStart, follow, untilMs })) {
    const event = parseEvent(line)
    if (event && isMeant(event)) yield event
  }
}

interface LineOptions {
  readonly fromStart: boolean
  readonly follow: boolean
  readonly untilMs: number
}

async function* linesOf(engine: Engine, { fromStart, follow, untilMs }: LineOptions): AsyncGenerator<string> {
  const path = eventsFile(engine)
  // A file to watch, and to read from its beginning, for who comes before the first event.
  if (follow) closeSync(openSync(path, 'a', 0o600))
  const bell = follow ? openBell(path) : undefined
  // The newer one first: what is renamed meanwhile is then in both, and told by its inode.
  let current = openLines(path, fromStart ? 0 : undefined)
  let older = fromStart ? openLines(olderEventsFile(engine), 0) : undefined
  try {
    if (older?.inode === current?.inode) current = undefined
    for (;;) {
      if (older) yield* older.read()
      if (current) yield* current.read()
      if (!follow || Date.now() >= untilMs) return
      const next = successor(path, current)
      if (next) {
        // Who has the old one open may still write into it, so it is looked at until the next change.
        older?.[Symbol.dispose]()
        older = current
        current = next
        bell?.watch()
      } else await bell?.rung(Math.min(LOOK_MS, untilMs - Date.now()))
    }
  } finally {
    bell?.[Symbol.dispose]()
    older?.[Symbol.dispose]()
    current?.[Symbol.dispose]()
  }
}

/** The file that has the name now, where it is not the one we read. */
function successor(path: string, current: LineReader | undefined): LineReader | undefined {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino
  return inode === undefined || inode === current?.inode ? undefined : openLines(path, 0)
}

interface Bell extends Disposable {
  /** watches the file that has the name now */
  watch(): void
  /** resolves when something happened to the file, or the time is over */
  rung(withinMs: number): Promise<void>
}

/** What happens while nobody waits is kept until somebody does. */
function openBell(path: string): Bell {
  let watcher: FSWatcher | undefined
  let pending = false
  let wake: (() => void) | undefined
  const ring = (): void => {
    pending = true
    wake?.()
  }
  const bell: Bell = {
    watch() {
      watcher?.close()
      try {
        watcher = watch(path, ring)
        watcher.on('error', () => {}) // then we look now and then
      } catch {
        watcher = undefined // so many watches may a user have: we look now and then
      }
      ring()
    },
    async rung(withinMs) {
      let timer: NodeJS.Timeout | undefined
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, Math.max(0, withinMs))
        })
      }
      clearTimeout(timer)
      wake = undefined
      pending = false
    },
    [Symbol.dispose]: () => watcher?.close(),
  }
  bell.watch()
  return bell
}
