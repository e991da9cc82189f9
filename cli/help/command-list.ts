import { type CommandEntry, GROUPS } from '../commands/index.ts'
import type { Options } from '../flags/option.ts'
import { nameWidthOf, twoColumns } from './columns.ts'
import { spellerOf } from './option-groups.ts'

interface ListText {
  readonly globals: Options
  /** of the terminal, in columns */
  readonly width: number
  /** what the user calls us */
  readonly name: string
  /** only those that begin with it: `tspod image` */
  readonly noun?: string | undefined
}

/** The list of commands, as `tspod --help` shows it. Pure. */
export function renderCommandList(commands: Readonly<Record<string, CommandEntry>>, text: ListText): string {
  const { noun, globals } = text
  const named = Object.entries(commands).flatMap(([name, entry]): [string, CommandEntry][] => {
    const typed = [name, ...(entry.aliases ?? [])].find((known) => noun === undefined || known.startsWith(`${noun} `))
    return typed === undefined ? [] : [[typed, entry]]
  })
  const forPeople = named.filter(([, entry]) => !entry.hidden)
  // `docker context`: who asks for words that only docker has is shown them.
  const shown = forPeople.length > 0 ? forPeople : named
  const spell = spellerOf(globals)
  const options = Object.entries(globals).map(([name, option]): [string, string] => {
    const names = spell(name, option)
    return [`${names[0]?.startsWith('--') ? '    ' : ''}${names.join(', ')}`, option.describe]
  })
  const width = Math.min(text.width, 120)
  const nameWidth = nameWidthOf(
    [...shown, ...options].map(([name]) => name),
    width,
  )
  const section = (title: string, rows: readonly (readonly [string, string])[]): string[] =>
    rows.length === 0 ? [] : ['', `${title}:`, ...twoColumns(rows, { nameWidth, width })]
  return [
    'A daemonless, rootless container engine',
    '',
    'Usage:',
    `  ${text.name} [options] ${noun === undefined ? '' : `${noun} `}COMMAND`,
    ...GROUPS.flatMap((group) =>
      section(
        group,
        shown.filter(([, entry]) => entry.group === group).map(([name, entry]) => [name, entry.summary]),
      ),
    ),
    ...section('Options', options),
    '',
    `See "${text.name} COMMAND --help" for a command.`,
  ].join('\n')
}
