import type { Effect, Key } from './happening.ts'
import { onInspectKey } from './keys-inspect.ts'
import { onListKey } from './keys-list.ts'
import { onLogsKey } from './keys-logs.ts'
import { onPromptKey } from './keys-prompt.ts'
import { bodyHeight, type Model } from './model.ts'
import { moveOf } from './moves.ts'

/** What follows from a key. Pure. */
export function onKey(before: Model, key: Key): readonly [Model, readonly Effect[]] {
  if (key.name === 'ctrl-c') return [before, [{ type: 'quit' }]]
  if (key.name === 'ctrl-z') return [before, [{ type: 'suspend' }]]
  if (key.name === 'ctrl-l') return [before, [{ type: 'redraw' }]]
  if (before.prompt !== undefined) return onPromptKey(before, before.prompt, key)
  const model = { ...before, notice: undefined }
  const { view } = model
  if (view.type === 'list') return onListKey(model, key)
  if (key.text === 'q' || key.name === 'escape') {
    const effects: readonly Effect[] = view.type === 'logs' ? [{ type: 'close-logs' }] : []
    return [{ ...model, view: { type: 'list' } }, effects]
  }
  if (view.type === 'logs') return [onLogsKey(model, view, key), []]
  if (view.type === 'inspect') return onInspectKey(model, view, key)
  if (view.type === 'top') {
    const last = Math.max(0, view.table.rows.length - bodyHeight(model))
    return [{ ...model, view: { ...view, top: Math.max(0, Math.min(last, view.top + moveOf(key, model))) } }, []]
  }
  return [{ ...model, view: { type: 'list' } }, []]
}
