import { TspodError } from '../../../base/errors.ts'
import type { Descriptor } from './descriptors.ts'
import { COLUMN_NAMES, psColumn, type View } from './ps-columns.ts'

const FULL = ['user', 'pid', 'ppid', 'c', 'stime', 'tname', 'time', 'cmd']
const USER_ORIENTED = ['user', 'pid', 'pcpu', 'pmem', 'vsz', 'rss', 'tname', 'stat', 'start', 'time', 'args']
const SHORT = ['pid', 'tname', 'time', 'comm']

/** Which processes are chosen does not matter here: they are always the container's. */
const SELECTING = /^[aAdegGNprstTuUwxHhn]*$/

/**
 * The columns that arguments of ps(1) ask for: `-ef`, `aux`, `-eo pid,comm`, `-o pid= -o args`.
 * `-ef` where there are none. Pure.
 *
 * @throws {TspodError} E_BAD_DESCRIPTOR
 */
export function parsePsArgs(args: readonly string[], view: View): Descriptor[] {
  const chosen: Descriptor[] = []
  let names = args.length === 0 ? FULL : SHORT
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    const [, letters = '', list = ''] = /^-?([A-Za-z]*?)(?:[oO](.*))?$/s.exec(word) ?? []
    const hasList = /^-?[A-Za-z]*?[oO]/.test(word) && !word.startsWith('--')
    const format = word.startsWith('--format') ? word.slice('--format'.length).replace(/^[= ]/, '') : undefined
    if (hasList || format !== undefined) {
      const text = (format ?? list) || args[++at] || ''
      chosen.push(
        ...text
          .split(/[, ]+/)
          .filter(Boolean)
          .map((name) => columnOf(name, view)),
      )
    } else if (!/^-?[A-Za-z]+$/.test(word)) throw unknownDescriptor(word)
    else if (/f/.test(letters) && word.startsWith('-')) names = FULL
    else if (/u/.test(letters) && !word.startsWith('-')) names = USER_ORIENTED
    else if (!SELECTING.test(letters)) throw unknownDescriptor(word)
  }
  return chosen.length > 0
    ? chosen
    : withUid(
        names.map((name) => columnOf(name, view)),
        names === FULL,
      )
}

/** `name`, `name=HEADING`. */
function columnOf(word: string, view: View): Descriptor {
  const equals = word.indexOf('=')
  const name = equals < 0 ? word : word.slice(0, equals)
  const found = psColumn(name, view)
  if (!found) throw unknownDescriptor(name)
  return equals < 0 ? found : { ...found, heading: word.slice(equals + 1) }
}

/** `-f` heads its first column UID. */
function withUid([first, ...rest]: Descriptor[], isFull: boolean): Descriptor[] {
  return first && isFull ? [{ ...first, heading: 'UID' }, ...rest] : [...(first ? [first] : []), ...rest]
}

function unknownDescriptor(name: string): TspodError {
  return new TspodError('E_BAD_DESCRIPTOR', `ps cannot show ${JSON.stringify(name.slice(0, 100))} here`, {
    hint: `use -ef, aux, or -o with some of ${COLUMN_NAMES.join(',')}`,
  })
}
