import type { Effect, Key } from './happening.ts'
import { EMPTY_LOG } from './log-view.ts'
import { type Model, SORTS, TABS, type Tab } from './model.ts'
import { moveOf } from './moves.ts'
import { keepPlace, movePlace } from './place.ts'
import { type Row, selectedRow, targetOf } from './rows.ts'
import type { ItemKind, Verb } from './source.ts'
import { targetName } from './words.ts'

type Step = readonly [Model, readonly Effect[]]

/** Keys of the lists. Pure. */
export function onListKey(model: Model, key: Key): Step {
  const tab = tabOf(model, key)
  if (tab !== undefined) return [keepPlace({ ...model, tab }), [{ type: 'refresh' }]]
  const by = moveOf(key, model)
  if (by !== 0) return [movePlace(model, by), []]
  switch (key.text) {
    case 'q':
      return [model, [{ type: 'quit' }]]
    case '?':
      return [{ ...model, view: { type: 'help' } }, []]
    case '/':
      return [{ ...model, prompt: { type: 'filter', text: model.filter } }, []]
    case 'o': {
      const sort = SORTS[(SORTS.indexOf(model.sort) + 1) % SORTS.length] ?? 'state'
      return [keepPlace({ ...model, sort, notice: { text: `sorted by ${sort}`, isError: false } }), []]
    }
    case 'a':
      return [keepPlace({ ...model, isAll: !model.isAll }), []]
    default:
      if (key.name === 'escape') return [keepPlace({ ...model, filter: '' }), []]
      return onRowKey(model, key, selectedRow(model))
  }
}

function tabOf({ tab }: Model, { name, text }: Key): Tab | undefined {
  const step = name === 'tab' || name === 'right' ? 1 : name === 'back-tab' || name === 'left' ? -1 : 0
  if (step !== 0) return TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]
  return /^[1-5]$/.test(text) ? TABS[Number(text) - 1] : undefined
}

const VERBS: Readonly<Record<string, Verb>> = { s: 'start', x: 'stop', r: 'restart', K: 'kill', d: 'remove' }
const ASKED: ReadonlySet<Verb> = new Set(['kill', 'remove'])

function onRowKey(model: Model, key: Key, row: Row | undefined): Step {
  const target = targetOf(row)
  if (target === undefined) return [model, []]
  const verb = key.name === 'delete' ? 'remove' : Object.hasOwn(VERBS, key.text) ? VERBS[key.text] : undefined
  if (verb !== undefined) {
    if (!canDo(verb, target.kind)) return refused(model, `there is no ${verb} for ${target.kind}s`)
    const doing = model.busy.get(target.id)
    if (doing !== undefined) return refused(model, `${targetName(target)}: ${doing} is not over yet`)
    const unfit = verb === 'stop' ? whyNot(row, UP) : verb === 'start' ? whyNoStart(row) : undefined
    if (unfit !== undefined) return refused(model, unfit)
    if (ASKED.has(verb)) return [{ ...model, prompt: { type: 'confirm', verb, target } }, []]
    return [{ ...model, busy: new Map([...model.busy, [target.id, verb]]) }, [{ type: 'act', verb, target }]]
  }
  if (key.text === 'i') return [model, [{ type: 'inspect', target }]]
  if (key.text === 'y')
    return [noticed(model, `copied the id of ${targetName(target)}`), [{ type: 'copy', text: target.id }]]
  if (target.kind !== 'container') return key.name === 'return' ? [model, [{ type: 'inspect', target }]] : [model, []]
  if (key.text === 'l' || key.name === 'return') {
    return [{ ...model, view: { type: 'logs', target, log: EMPTY_LOG } }, [{ type: 'open-logs', target }]]
  }
  const unfit = key.text === 'e' ? whyNot(row, RUNNING) : key.text === 't' ? whyNot(row, UP) : undefined
  if (unfit !== undefined) return refused(model, unfit)
  if (key.text === 't') return [model, [{ type: 'top', target }]]
  if (key.text === 'e') return [model, [{ type: 'shell', target }]]
  return [model, []]
}

function canDo(verb: Verb, kind: ItemKind): boolean {
  return verb === 'remove' || kind === 'container' || kind === 'pod'
}

type Fits = (item: Extract<Row, { readonly kind: 'container' | 'pod' }>['item']) => boolean
/** One that is initialized has a process, which can be stopped. */
const UP: Fits = ({ isUp, state }) => isUp || state === 'initialized'
const RUNNING: Fits = ({ isUp, state }) => isUp && state !== 'paused'

/** The engine would say so, too, or do nothing: later, and in more words. */
function whyNot(row: Row | undefined, fits: Fits): string | undefined {
  if (row?.kind !== 'container' && row?.kind !== 'pod') return undefined
  if (fits(row.item)) return undefined
  return `${targetName({ ...row.item, kind: row.kind })} is not running: it is ${row.item.state.toLowerCase()}`
}

/** A pod may have some containers that do not run. */
function whyNoStart(row: Row | undefined): string | undefined {
  if (row?.kind !== 'container' || row.item.state !== 'running') return undefined
  return `${targetName({ ...row.item, kind: row.kind })} is running already`
}

function refused(model: Model, text: string): Step {
  return [{ ...model, notice: { text, isError: true } }, []]
}

function noticed(model: Model, text: string): Model {
  return { ...model, notice: { text, isError: false } }
}
