import type { Key } from './happening.ts'
import { lineCount, scrollLog, searchLog } from './log-view.ts'
import { bodyHeight, type Model, type View } from './model.ts'
import { moveOf } from './moves.ts'

/** Keys of the logs: scroll, follow, wrap, search. Pure. */
export function onLogsKey(model: Model, view: Extract<View, { readonly type: 'logs' }>, key: Key): Model {
  const height = bodyHeight(model)
  const { log } = view
  const show = (next: typeof log): Model => ({ ...model, view: { ...view, log: next } })
  switch (key.text) {
    case 'f':
      return show(
        log.isFollowing ? { ...log, bottom: lineCount(log), isFollowing: false } : scrollLog(log, 1e9, height),
      )
    case 'w':
      return show({ ...log, isWrapped: !log.isWrapped })
    case '/':
      return { ...model, prompt: { type: 'search', text: '' } }
    case 'n':
      return show(searchLog(log, 1, height))
    case 'N':
      return show(searchLog(log, -1, height))
    default: {
      const by = moveOf(key, model)
      return by === 0 ? model : show(scrollLog(log, by, height))
    }
  }
}
