import { existsSync } from 'node:fs'
import { messageOf, TspodError } from '../../base/errors.ts'
import { readLogs } from '../../engine/container/logs.ts'
import { readLoads } from '../../engine/container/stats/read-usage.ts'
import { topContainer } from '../../engine/container/top.ts'
import type { Engine } from '../../engine/engine.ts'
import type { EngineEvent } from '../../engine/events/event.ts'
import { readEvents } from '../../engine/events/read.ts'
import type { DashboardSource, EventItem, LogTextSink, Target } from '../../ui/dashboard/source.ts'
import { oneLine } from '../../ui/text/printable.ts'
import { inspectOne } from '../report/inspect.ts'
import { podmanStyle } from '../style/podman.ts'
import { actOn } from './act.ts'
import { dashboardLists } from './lists.ts'
import { shellIn } from './shell.ts'

/** What is shown of a log before what comes. */
const LOG_TAIL = 2000
/** Ten pictures a second, of some thousand lines each, are more than anybody reads. */
const LOG_PACE = { lookMs: 100, maxBytes: 1 << 19 }
/** What has happened before the dashboard was opened. */
const EVENTS_SINCE_MS = 24 * 3600 * 1000
const MAX_DETAIL = 500

/** The dashboard's view of the engine. */
export function dashboardSource(opened: Engine): DashboardSource {
  let warning: string | undefined
  const engine: Engine = {
    ...opened,
    warn: (line) => {
      warning = line
    },
  }
  return {
    ...dashboardLists(engine),
    usage: (ids) =>
      readLoads(
        engine,
        ids.flatMap((id) => engine.storage.containers.find(id) ?? []),
      ),
    act: (verb, target) => actOn(engine, verb, target),
    logs: (id, sink, signal) => followLogs(engine, id, sink, signal),
    inspect: (target) => inspectTarget(engine, target),
    top: (id) => topContainer(engine, id),
    events: () => eventItems(engine),
    shell: (id, signal, onStart) => shellIn(engine.selfArgv, id, { signal, onStart }),
    describeError,
    takeWarning() {
      const { root, database } = engine.storage.paths
      if (!existsSync(database)) return `${root} was removed: what is shown here is not there any more`
      const taken = warning
      warning = undefined
      return taken
    },
  }
}

async function followLogs(engine: Engine, id: string, sink: LogTextSink, signal: AbortSignal): Promise<void> {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  const take = (stream: keyof typeof decoders) => (chunk: Uint8Array) =>
    sink.text(decoders[stream].decode(chunk, { stream: true }))
  const onSkip = (bytes: number): void => {
    for (const decoder of Object.values(decoders)) decoder.decode() // half a character does not go on
    sink.skipped(bytes)
  }
  const options = { follow: true, tail: LOG_TAIL, signal, pace: { ...LOG_PACE, onSkip } }
  await readLogs(engine, [id], options, { stdout: take('stdout'), stderr: take('stderr') })
}

/** As JSON has it, without what is no data. */
function inspectTarget(engine: Engine, { kind, id }: Target): unknown {
  return JSON.parse(JSON.stringify(inspectOne(engine, id, { type: kind, format: 'json', style: podmanStyle })))
}

async function* eventItems(engine: Engine): AsyncGenerator<EventItem> {
  const events = readEvents(engine, { follow: true, sinceMs: Date.now() - EVENTS_SINCE_MS })
  for await (const event of events) yield eventItem(event)
}

function eventItem({ timeMs, type, action, id, name, attributes }: EngineEvent): EventItem {
  const detail = Object.entries(attributes).map(([key, value]) => `${key}=${value}`)
  return { timeMs, type, action, id, name, detail: detail.join(' ').slice(0, MAX_DETAIL) }
}

function describeError(error: unknown): string {
  if (error instanceof TspodError)
    return oneLine(error.hint === undefined ? error.message : `${error.message}: ${error.hint}`)
  return `internal error: ${oneLine(messageOf(error))}`
}
