import type { AnyCommand } from '../command.ts'
import type { Option, Options } from '../flags/option.ts'
import { withoutTaken } from '../parse-command.ts'
import { nameWidthOf, twoColumns, wrap } from './columns.ts'
import { type OptionGroup, optionGroups, type Speller, spellerOf, valueNotes } from './option-groups.ts'

/** Wider lines are hard to read. */
const MAXIMUM_WIDTH = 120
const MINIMUM_WIDTH = 40

export interface HelpText {
  readonly summary: string
  readonly globals: Options
  /** of the terminal, in columns */
  readonly width: number
  /** what the user calls us */
  readonly name: string
}

/** What `--help` shows of a command, made from the same data that it is parsed by. Pure. */
export function renderCommandHelp(command: AnyCommand, text: HelpText): string {
  const width = Math.min(Math.max(text.width, MINIMUM_WIDTH), MAXIMUM_WIDTH)
  const globals = withoutTaken(text.globals, command.options)
  const groups = [...optionGroups(command), { title: 'Global', options: Object.entries(globals) }]
  const spell = spellerOf(command.options)
  const rows = new Map(groups.map((group) => [group, optionRows(group, spell, text.name)]))
  const nameWidth = nameWidthOf(
    [...rows.values()].flat().map(([name]) => name),
    width,
  )
  const section = (title: string, lines: readonly string[]): string[] => ['', `${title}:`, ...lines]
  return [
    ...wrap(calledAs(command.description ?? text.summary, text.name), width),
    ...section('Usage', [`  ${text.name} ${command.usage}`]),
    ...groups.flatMap((group) => section(titleOf(group), twoColumns(rows.get(group) ?? [], { nameWidth, width }))),
    ...(command.examples?.length ? section('Examples', exampleLines(command, { ...text, width })) : []),
  ].join('\n')
}

function titleOf({ title }: OptionGroup): string {
  if (title === '') return 'Options'
  return title === 'Global' ? 'Global options' : title
}

function optionRows({ options }: OptionGroup, spell: Speller, called: string): [string, string][] {
  return options.map(([name, option]) => [flagsOf(name, option, spell), calledAs(describe(option), called)])
}

/** Names are below each other, whether they have a letter or not. */
function flagsOf(name: string, option: Option, spell: Speller): string {
  const names = spell(name, option)
  const spelled = names[0]?.startsWith('--') ? `    ${names.join(', ')}` : names.join(', ')
  return option.placeholder === undefined ? spelled : `${spelled} ${option.placeholder}`
}

function describe(option: Option): string {
  const notes = valueNotes(option)
  return notes === '' ? option.describe : `${option.describe} (${notes})`
}

function exampleLines({ examples = [] }: AnyCommand, { name, width }: HelpText): string[] {
  const rows = examples.map(([line, what]): [string, string] => [calledAs(line, name), what])
  return twoColumns(rows, {
    nameWidth: nameWidthOf(
      rows.map(([line]) => line),
      width * 1.5,
    ),
    width,
  })
}

/** Commands as they are to be typed. */
export function calledAs(line: string, name: string): string {
  return line.replaceAll(/(?<![\w/.-])tspod (?=[a-z])/g, () => `${name} `)
}
