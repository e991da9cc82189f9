import type { Effect, Key } from './happening.ts'
import { searchInspect } from './keys-inspect.ts'
import { searchLog } from './log-view.ts'
import { bodyHeight, type Model, type Notice, type Prompt } from './model.ts'
import { keepPlace } from './place.ts'

/** More is no word that anybody looks for. */
export const MAX_TYPED = 200

/** A question that waits for an answer, or a line that is being typed. Pure. */
export function onPromptKey(model: Model, prompt: Prompt, key: Key): readonly [Model, readonly Effect[]] {
  if (prompt.type === 'confirm') return onAnswer(model, prompt, key)
  if (key.name === 'escape') {
    const done = { ...model, prompt: undefined }
    return [prompt.type === 'filter' ? keepPlace({ ...done, filter: '' }) : done, []]
  }
  if (key.name === 'return')
    return [prompt.type === 'search' ? search(model, prompt.text) : { ...model, prompt: undefined }, []]
  const text = edited(prompt.text, key)
  const next = { ...model, prompt: { ...prompt, text } }
  return [prompt.type === 'filter' ? keepPlace({ ...next, filter: text }) : next, []]
}

function edited(text: string, { name, text: typed }: Key): string {
  return name === 'backspace' ? [...text].slice(0, -1).join('') : (text + typed).slice(0, MAX_TYPED)
}

/** Anything but yes is no. */
function onAnswer(
  model: Model,
  { verb, target }: Extract<Prompt, { readonly type: 'confirm' }>,
  { text }: Key,
): readonly [Model, readonly Effect[]] {
  const done = { ...model, prompt: undefined }
  if (text !== 'y' && text !== 'Y') return [done, []]
  return [{ ...done, busy: new Map([...model.busy, [target.id, verb]]) }, [{ type: 'act', verb, target }]]
}

/** What is searched for stays so where it is not found: in a log it may still come. */
function search(model: Model, text: string): Model {
  const { view } = model
  const height = bodyHeight(model)
  const done = { ...model, prompt: undefined }
  if (view.type === 'logs') {
    const log = searchLog({ ...view.log, search: text, found: undefined }, -1, height)
    return { ...done, notice: missing(text, log.found !== undefined), view: { ...view, log } }
  }
  if (view.type !== 'inspect') return done
  const tree = searchInspect(view.tree, text, height)
  const notice = missing(text, tree !== undefined)
  return { ...done, notice, view: { ...view, tree: tree ?? { ...view.tree, search: text } } }
}

function missing(text: string, isFound: boolean): Notice | undefined {
  if (text === '' || isFound) return undefined
  return { text: `there is no ${JSON.stringify(text)}`, isError: true }
}
