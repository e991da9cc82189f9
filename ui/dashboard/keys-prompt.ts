import type { Effect, Key } from './happening.ts'
import { searchLog } from './log-view.ts'
import { bodyHeight, type Model, type Prompt } from './model.ts'
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

function search(model: Model, text: string): Model {
  const done = { ...model, prompt: undefined }
  if (done.view.type !== 'logs') return done
  const log = searchLog({ ...done.view.log, search: text, found: undefined }, -1, bodyHeight(model))
  const isMissing = text !== '' && log.found === undefined
  return {
    ...done,
    notice: isMissing ? { text: `there is no ${JSON.stringify(text)}`, isError: true } : undefined,
    view: { ...done.view, log },
  }
}
