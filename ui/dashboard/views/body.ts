import type { Line } from '../line.ts'
import type { Model } from '../model.ts'
import { drawHelp } from './help.ts'
import { drawInspect } from './inspect.ts'
import { drawList } from './list.ts'
import { drawLogs } from './logs.ts'
import { drawTop } from './top.ts'

/** What is between the header and the two lines at the bottom: a heading and rows. Pure. */
export function drawBody(model: Model): readonly Line[] {
  switch (model.view.type) {
    case 'list':
      return drawList(model)
    case 'logs':
      return drawLogs(model, model.view)
    case 'inspect':
      return drawInspect(model, model.view)
    case 'top':
      return drawTop(model, model.view)
    case 'help':
      return drawHelp(model)
  }
}
