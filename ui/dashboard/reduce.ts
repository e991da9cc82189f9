import type { Effect, Happening } from './happening.ts'
import { onKey } from './keys.ts'
import { keepSelected } from './keys-inspect.ts'
import { MAX_TYPED } from './keys-prompt.ts'
import { addLogText } from './log-view.ts'
import { bodyHeight, type Model, type Tab, type View } from './model.ts'
import { keepPlace } from './place.ts'
import { openTree } from './tree-view.ts'
import { addUsage } from './usage.ts'
import { verbDone } from './words.ts'

export type Step = readonly [Model, readonly Effect[]]

const MAX_EVENTS = 1000

/** What follows from something that happened: the next model, and what is to be done. Pure. */
export function reduce(model: Model, happening: Happening): Step {
  switch (happening.type) {
    case 'key':
      return onKey(model, happening.key)
    case 'paste':
      return [onPaste(model, happening.text), []]
    case 'log':
    case 'log-ended':
      return [onLog(model, happening), []]
    case 'acted':
      return onActed(model, happening)
    default:
      return [onData(model, happening), []]
  }
}

type Data = Exclude<Happening, { readonly type: 'key' | 'paste' | 'log' | 'log-ended' | 'acted' }>

function onData(model: Model, happening: Data): Model {
  switch (happening.type) {
    case 'resize':
      return onResize({ ...model, rows: happening.rows, columns: happening.columns })
    case 'containers':
      return placed(
        { ...model, containers: happening.list, usage: known(model, happening.list.containers) },
        'containers',
      )
    case 'images':
      return placed({ ...model, images: happening.list }, 'images')
    case 'volumes':
      return placed({ ...model, volumes: happening.list }, 'volumes')
    case 'networks':
      return placed({ ...model, networks: happening.list }, 'networks')
    case 'events':
      return placed(
        { ...model, events: [...happening.events].reverse().concat(model.events).slice(0, MAX_EVENTS) },
        'events',
      )
    case 'usage': {
      const usage = addUsage(model.usage, happening.usage, happening.takenMs)
      const next = { ...model, usage, nowMs: happening.nowMs }
      return model.sort === 'cpu' || model.sort === 'memory' ? placed(next, 'containers') : next
    }
    case 'inspected':
      return { ...model, view: { type: 'inspect', target: happening.target, tree: openTree(happening.value) } }
    case 'processes': {
      const { view } = model
      const top = view.type === 'top' && view.target.id === happening.target.id ? view.top : 0
      return { ...model, view: { type: 'top', target: happening.target, table: happening.table, top } }
    }
    case 'notice':
      return { ...model, notice: { text: happening.text, isError: happening.isError } }
  }
}

function onResize(model: Model): Model {
  const { view } = model
  const isTree = view.type === 'inspect'
  const next: View = isTree ? { ...view, tree: keepSelected(view.tree, bodyHeight(model)) } : view
  return keepPlace({ ...model, view: next })
}

function placed(model: Model, tab: Tab): Model {
  return model.tab === tab ? keepPlace(model) : model
}

/** Of containers that are gone, or do not run, nothing is kept. */
function known(model: Model, containers: Model['containers']['containers']): Model['usage'] {
  const up = new Set(containers.filter(({ isUp }) => isUp).map(({ id }) => id))
  return new Map([...model.usage].filter(([id]) => up.has(id)))
}

function onLog(model: Model, happening: Extract<Happening, { readonly type: 'log' | 'log-ended' }>): Model {
  const { view } = model
  if (view.type !== 'logs' || view.target.id !== happening.id) return model
  if (happening.type === 'log') {
    return { ...model, view: { ...view, log: addLogText(view.log, happening.text, happening.skippedBytes) } }
  }
  const notice = happening.problem === undefined ? model.notice : { text: happening.problem, isError: true }
  return { ...model, notice, view: { ...view, log: { ...view.log, hasEnded: true } } }
}

function onActed(model: Model, { verb, target, problem }: Extract<Happening, { readonly type: 'acted' }>): Step {
  const busy = new Map(model.busy)
  busy.delete(target.id)
  const notice =
    problem === undefined ? { text: verbDone(verb, target), isError: false } : { text: problem, isError: true }
  return [{ ...model, busy, notice }, [{ type: 'refresh' }]]
}

/** Pasted text is text, never keys: none of it may start or remove anything. */
function onPaste(model: Model, pasted: string): Model {
  const { prompt } = model
  if (prompt === undefined || prompt.type === 'confirm') return model
  const text = (prompt.text + pasted.slice(0, MAX_TYPED).replace(/\p{Cc}/gu, ' ')).slice(0, MAX_TYPED)
  const next = { ...model, prompt: { ...prompt, text } }
  return prompt.type === 'filter' ? keepPlace({ ...next, filter: text }) : next
}
