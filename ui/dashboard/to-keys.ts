import type { Key as InkKey } from 'ink'
import { monotonicMs } from '../../base/clock.ts'
import type { Key, KeyName } from './happening.ts'

const NAMES: readonly (readonly [keyof InkKey, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
]

const CONTROLS: Readonly<Record<string, KeyName>> = { c: 'ctrl-c', l: 'ctrl-l', z: 'ctrl-z' }

const ESCAPE: Key = { name: 'escape', text: '' }

/** Source: ECMA-48, 5.6, "Control strings"; xterm's end with BEL, too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they begin and end with
const CONTROL_STRING = /\u001b[\]PX^_][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)/g

/** The beginning of one that nobody types: the number of an OSC, the first of a DCS, kitty's of an APC. Source: xterm, ctlseqs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const BEGUN = /\u001b(?:\]\d{1,4}(?:;[^\u0007\u001b]{0,4096})?|(?:P[01>!]|_G)[^\u0007\u001b]{0,4096})\u001b?$/

/** The rest of a reply comes sooner; what comes later is no part of it. */
const REST_MS = 500

/**
 * Takes out of a terminal's input what it answers, late, to whoever had it before: its letters are no keys of ours,
 * also where it comes in two pieces, as by a slow line. @param nowMs a clock that never goes back
 */
export function replyFilter(nowMs: () => number = monotonicMs): (input: string) => string {
  let begun = ''
  let begunMs = 0
  return (input) => {
    const isRest = begun !== '' && nowMs() - begunMs < REST_MS
    const text = isRest ? begun + input : input
    begun = ''
    if (!text.includes('\u001b')) return text
    const left = text.replace(CONTROL_STRING, '')
    begun = BEGUN.exec(left)?.[0] ?? ''
    if (!isRest) begunMs = nowMs()
    return begun === '' ? left : left.slice(0, -begun.length)
  }
}

/**
 * Keys of what ink makes of the terminal's input: keys that were typed fast come together. So does escape with the
 * key after it, which a terminal tells from alt by nothing: were both dropped, a search would be typed as commands. Pure.
 */
export function toKeys(input: string, key: InkKey): readonly Key[] {
  if (key.tab) return [{ name: key.shift ? 'back-tab' : 'tab', text: '' }]
  const named = NAMES.find(([flag]) => key[flag])
  if (named) return [...(key.meta && key.return ? [ESCAPE] : []), { name: named[1], text: '' }]
  if (key.ctrl) {
    const name = Object.hasOwn(CONTROLS, input) ? CONTROLS[input] : undefined
    return name === undefined ? [] : [{ name, text: '' }]
  }
  return [...(key.meta && input !== '' ? [ESCAPE] : []), ...characters(input)]
}

function characters(input: string): readonly Key[] {
  return [...input].flatMap((text): Key[] => {
    if (text === '\r' || text === '\n') return [{ name: 'return', text: '' }]
    return /\p{Cc}/u.test(text) ? [] : [{ name: 'character', text }]
  })
}
