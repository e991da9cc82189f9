import { cut, fitTo } from '../fit-to.ts'
import type { Line } from '../line.ts'
import { bodyHeight, type Model } from '../model.ts'

const KEYS = [
  ['up down j k', 'select'],
  ['tab 1-5', 'containers, images, volumes, networks, events'],
  ['enter l', 'logs: f follow, / search, n N next, w wrap'],
  ['e', 'a shell in the container'],
  ['i', 'inspect: enter unfold, e all, / search, y copy'],
  ['t', 'processes'],
  ['s x r', 'start, stop, restart'],
  ['K d', 'kill, remove; both ask first'],
  ['y', 'copy the id (OSC 52)'],
  ['/ a o', 'filter, running or all, sort'],
  ['ctrl-z q', 'suspend, leave'],
] as const

/** All keys; where they have no room below each other, in two columns. Pure. */
export function drawHelp(model: Model): readonly Line[] {
  const lines = KEYS.slice(0, bodyHeight(model)).map(
    ([keys, what]): Line => [
      { text: `  ${fitTo(keys, 12)}`, colour: 'cyan' },
      { text: cut(what, Math.max(0, model.columns - 14)) },
    ],
  )
  return [[{ text: 'keys', isBold: true }], ...lines]
}
