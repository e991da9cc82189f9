import { monotonicMs } from '../../base/clock.ts'
import type { Happening } from './happening.ts'
import { bodyHeight, type Model } from './model.ts'
import { listRows } from './rows.ts'
import type { DashboardSource, EventItem, Target } from './source.ts'
import { withName } from './words.ts'

/** What is read anew when something happened to it. */
type List = 'containers' | 'images' | 'volumes' | 'networks'
const LISTS: readonly List[] = ['containers', 'images', 'volumes', 'networks']

/** What happened in so short a time is shown together. */
const GATHER_MS = 120
/** What nobody tells of (health, a reboot of the clock) shows after that. */
const LOOK_AGAIN_MS = 10_000
/** Of a core: the more there is to measure and to draw, and the slower the machine, the longer the pauses. */
const MOST_LOAD = 0.03
const MOST_PAUSE_MS = 4000

export interface Live {
  /** Reads a list again, or all of them. */
  refresh(list?: List): void
  stop(): void
}

export interface LiveOptions {
  readonly source: DashboardSource
  readonly model: () => Model
  readonly dispatch: (happening: Happening) => void
  /** the terminal is somebody else's for now */
  readonly isAway: () => boolean
}

/** Keeps the model true: lists change with events, use is measured of what is on the screen. */
export function startLive({ source, model, dispatch, isAway }: LiveOptions): Live {
  const dirty = new Set<List>()
  let isOver = false
  let gathering: NodeJS.Timeout | undefined
  let sampling: NodeJS.Timeout | undefined
  let used = process.cpuUsage()
  const refresh = (list?: List): void => {
    for (const one of list ? [list] : LISTS) dirty.add(one)
    gathering ??= setTimeout(readDirty, GATHER_MS)
  }
  const readDirty = (): void => {
    gathering = undefined
    if (isOver) return
    for (const list of dirty) attempt(() => dispatch(readList(source, list)))
    dirty.clear()
  }
  const attempt = (read: () => void, target?: Target): void => {
    try {
      read()
    } catch (error) {
      const text = source.describeError(error)
      dispatch({ type: 'notice', text: target ? withName(text, target) : text, isError: true })
    }
  }
  const sample = (): void => {
    if (isOver) return
    const ids = isAway() ? [] : measuredIds(model())
    attempt(() => {
      dispatch({ type: 'usage', usage: source.usage(ids), nowMs: Date.now(), takenMs: monotonicMs() })
      const warning = source.takeWarning()
      if (warning !== undefined) dispatch({ type: 'notice', text: warning, isError: true })
    })
    const { view } = model()
    if (view.type === 'top' && !isAway()) {
      const { target } = view
      attempt(() => dispatch({ type: 'processes', target, table: source.top(target.id) }), target)
    }
    const { user, system } = process.cpuUsage(used)
    used = process.cpuUsage()
    sampling = setTimeout(sample, pauseAfter((user + system) / 1000, ids.length > 0 ? 1000 : 2000))
  }
  let told: EventItem[] = []
  let telling: NodeJS.Timeout | undefined
  const tell = (): void => {
    telling = undefined
    if (!isOver) dispatch({ type: 'events', events: told })
    told = []
  }
  const startMs = Date.now()
  follow(source, (event) => {
    told.push(event)
    telling ??= setTimeout(tell, GATHER_MS)
    if (event.timeMs >= startMs) for (const list of changedBy(event)) refresh(list)
  }).catch((error: unknown) => dispatch({ type: 'notice', text: source.describeError(error), isError: true }))
  const lookAgain = setInterval(() => refresh('containers'), LOOK_AGAIN_MS)
  for (const list of LISTS) attempt(() => dispatch(readList(source, list)))
  sample()
  return {
    refresh,
    stop() {
      isOver = true
      for (const timer of [gathering, sampling, telling]) clearTimeout(timer)
      clearInterval(lookAgain)
    },
  }

  async function follow({ events }: DashboardSource, tell: (event: EventItem) => void): Promise<void> {
    for await (const event of events()) {
      if (isOver) return
      tell(event)
    }
  }
}

function readList(source: DashboardSource, list: List): Happening {
  switch (list) {
    case 'containers':
      return { type: 'containers', list: source.containers() }
    case 'images':
      return { type: 'images', list: source.images() }
    case 'volumes':
      return { type: 'volumes', list: source.volumes() }
    case 'networks':
      return { type: 'networks', list: source.networks() }
  }
}

/** A container that is made or removed has networks and volumes, and uses an image. */
function changedBy({ type, action }: EventItem): readonly List[] {
  if (type === 'container') return action === 'create' || action === 'remove' ? LISTS : ['containers']
  if (type === 'pod') return ['containers']
  const list = LISTS.find((one) => one === `${type}s`)
  return list ? [list] : []
}

/** Until the next look at what is used. Pure. @param usedMs of the processor's time since the last one */
export function pauseAfter(usedMs: number, leastMs: number): number {
  return Math.min(Math.max(usedMs / MOST_LOAD, leastMs), MOST_PAUSE_MS)
}

/** Containers that run and are on the screen; all that run where they are sorted by what they use. Pure. */
export function measuredIds(model: Model): readonly string[] {
  if (model.view.type !== 'list' || model.tab !== 'containers') return []
  const rows = listRows(model)
  const { top } = model.places.containers
  const isAll = model.sort === 'cpu' || model.sort === 'memory'
  return (isAll ? rows : rows.slice(top, top + bodyHeight(model))).flatMap((row) =>
    row.kind === 'container' && row.item.isUp ? [row.id] : [],
  )
}
