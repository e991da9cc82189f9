import { fitTo, widthOf } from '../fit-to.ts'
import type { Line, Span } from '../line.ts'
import { type Model, TABS, type Tab } from '../model.ts'

/** The tabs with how much is in each, and a word on the right. Pure. */
export function drawHeader(model: Model): Line {
  const isWide = model.columns >= 80
  const tabs = TABS.flatMap((tab): Span[] => [
    tab === model.tab
      ? { text: `[${label(model, tab, isWide)}]`, isBold: true, colour: 'cyan' }
      : { text: ` ${label(model, tab, isWide)} ` },
  ])
  const used = tabs.reduce((sum, { text }) => sum + widthOf(text), 0)
  const room = model.columns - used
  const word = summary(model)
  return room < widthOf(word) + 1 ? tabs : [...tabs, { text: fitTo(word, room, 'right'), isDim: true }]
}

function label(model: Model, tab: Tab, isWide: boolean): string {
  const title = tab.charAt(0).toUpperCase() + tab.slice(1)
  if (tab === 'events') return title
  const count = tab === 'containers' ? model.containers.containers.length : model[tab].length
  return isWide && count > 0 ? `${title} ${count}` : title
}

function summary({ containers, filter, isAll, sort }: Model): string {
  if (filter !== '') return `filter: ${filter}`
  const running = containers.containers.filter(({ isUp }) => isUp).length
  return `${running} running${isAll ? '' : ', others hidden'}, by ${sort}`
}
