import { cut, widthOf } from '../fit-to.ts'
import type { Line, Span } from '../line.ts'
import type { Model } from '../model.ts'
import { selectedRow } from '../rows.ts'
import { question } from '../words.ts'

/** The line of messages and questions, and the one of keys. Pure. */
export function drawBottom(model: Model): readonly [Line, Line] {
  return [drawMessage(model), drawKeys(model)]
}

function drawMessage({ prompt, notice, columns }: Model): Line {
  if (prompt?.type === 'confirm') {
    return [{ text: cut(question(prompt.verb, prompt.target), columns), isBold: true, colour: 'yellow' }]
  }
  // The end of what is typed is what matters.
  if (prompt) return [{ text: `/${lastPart(prompt.text, columns - 3)}` }, { text: '_', isDim: true }]
  if (notice) return [{ text: cut(notice.text, columns), colour: notice.isError ? 'red' : 'green' }]
  return []
}

function lastPart(text: string, columns: number): string {
  return [...cut(text, 1000)].slice(-columns).join('')
}

/** Those at the end, which lead out of here, have room in any case. */
function drawKeys(model: Model): Line {
  const keys = keysOf(model)
  const widthOfKey = ([key, what]: Keys[number]): number => widthOf(key) + widthOf(what) + 3
  const last = keys.slice(-2)
  let left = model.columns + 2 - last.reduce((sum, key) => sum + widthOfKey(key), 0)
  const first = keys.slice(0, -2).filter((key) => {
    left -= widthOfKey(key)
    return left >= 0
  })
  return [...first, ...last].flatMap(([key, what], at): Span[] => [
    { text: `${at === 0 ? '' : '  '}${key}`, isBold: true, colour: 'cyan' },
    { text: ` ${what}` },
  ])
}

type Keys = readonly (readonly [key: string, what: string])[]

function keysOf(model: Model): Keys {
  if (model.prompt?.type === 'confirm')
    return [
      ['y', 'yes'],
      ['n', 'no'],
    ]
  if (model.prompt)
    return [
      ['enter', 'keep'],
      ['esc', 'none'],
    ]
  switch (model.view.type) {
    case 'logs':
      return [
        ['f', 'follow'],
        ['/', 'search'],
        ['n', 'next'],
        ['w', 'wrap'],
        ['q', 'back'],
      ]
    case 'inspect':
      return [
        ['enter', 'unfold'],
        ['e', 'all'],
        ['/', 'search'],
        ['n', 'next'],
        ['y', 'copy'],
        ['q', 'back'],
      ]
    case 'top':
    case 'help':
      return [['q', 'back']]
    case 'list':
      return [...rowKeys(model), ['/', 'filter'], ['o', 'sort'], ['?', 'help'], ['q', 'quit']]
  }
}

function rowKeys(model: Model): Keys {
  const row = selectedRow(model)
  switch (row?.kind) {
    case undefined:
    case 'event':
      return []
    case 'container':
      return row.item.isUp
        ? [
            ['l', 'logs'],
            ['e', 'shell'],
            ['x', 'stop'],
            ['d', 'remove'],
            ['i', 'inspect'],
            ['r', 'restart'],
            ['t', 'top'],
          ]
        : [
            ['l', 'logs'],
            ['s', 'start'],
            ['d', 'remove'],
            ['i', 'inspect'],
          ]
    case 'pod':
      return [
        ['s', 'start'],
        ['x', 'stop'],
        ['r', 'restart'],
        ['d', 'remove'],
        ['i', 'inspect'],
      ]
    default:
      return [
        ['i', 'inspect'],
        ['d', 'remove'],
      ]
  }
}
