import type { AnyCommand } from '../command.ts'
import { type CommandEntry, GROUPS } from '../commands/index.ts'
import type { Option, Options } from '../flags/option.ts'
import { optionGroups, type Speller, spellerOf, valueNotes } from './option-groups.ts'

type Entry = readonly [name: string, entry: Pick<CommandEntry, 'summary' | 'group' | 'aliases'>]

/** `volume ls` is tspod-volume-ls(1). */
export function manName(command: string): string {
  return `tspod-${command.replaceAll(' ', '-')}`
}

/** The page of one command in troff, with the macros of man. Pure. @see man(7) */
export function manPage([name, entry]: Entry, command: AnyCommand, version: string): string {
  const aliases = entry.aliases ?? []
  return joined([
    title(manName(name), version),
    '.SH NAME',
    `${text(manName(name))} \\- ${text(entry.summary)}`,
    '.SH SYNOPSIS',
    `.B tspod ${text(command.usage)}`,
    '.SH DESCRIPTION',
    line(command.description ?? `${entry.summary}.`),
    ...(aliases.length > 0 ? ['.PP', line(`Also: ${aliases.map((alias) => `tspod ${alias}`).join(', ')}.`)] : []),
    ...argumentLines(command),
    ...optionLines(command),
    ...exampleLines(command),
    '.SH SEE ALSO',
    '.BR tspod (1)',
  ])
}

/** tspod(1): the list of all commands, and the options that each has. */
export function mainManPage(entries: readonly Entry[], globals: Options, version: string): string {
  const spell = spellerOf(globals)
  return joined([
    title('tspod', version),
    '.SH NAME',
    'tspod \\- a daemonless, rootless container engine',
    '.SH SYNOPSIS',
    '.B tspod [options] COMMAND',
    '.SH COMMANDS',
    ...GROUPS.flatMap((group) => [
      `.SS ${text(group)}`,
      ...entries
        .filter(([, entry]) => entry.group === group)
        .flatMap(([name, { summary }]) => ['.TP', `.BR ${text(manName(name))} (1)`, line(summary)]),
    ]),
    '.SH OPTIONS',
    ...Object.entries(globals).flatMap(([name, option]) => optionLine(name, option, spell)),
    '.SH EXIT STATUS',
    line('That of the container where one was run. Else:'),
    ...[
      ['125', 'the engine itself failed, or was not understood'],
      ['126', 'what was to be run cannot be executed'],
      ['127', 'what was to be run was not found'],
    ].flatMap(([status = '', what = '']) => ['.TP', `.B ${status}`, line(what)]),
  ])
}

function title(name: string, version: string): string {
  return `.TH ${text(name.toUpperCase())} 1 "" "tspod ${version}" "Containers"`
}

function argumentLines({ positionals }: AnyCommand): string[] {
  const lines = Object.entries(positionals).flatMap(([name, { describe, required }]) => [
    '.TP',
    `.I ${text(name.toUpperCase())}`,
    line(`${describe}${required ? '' : ' (may be left out)'}`),
  ])
  return lines.length === 0 ? [] : ['.SH ARGUMENTS', ...lines]
}

function optionLines(command: AnyCommand): string[] {
  const groups = optionGroups(command)
  if (groups.length === 0) return []
  const spell = spellerOf(command.options)
  return [
    '.SH OPTIONS',
    ...groups.flatMap((group) => [
      ...(group.title === '' ? [] : [`.SS ${text(group.title)}`]),
      ...group.options.flatMap(([name, option]) => optionLine(name, option, spell)),
    ]),
  ]
}

function optionLine(name: string, option: Option, spell: Speller): string[] {
  const spelled = spell(name, option).map((one) => `\\fB${text(one)}\\fR`)
  const value = option.placeholder === undefined ? '' : ` \\fI${text(option.placeholder)}\\fR`
  const notes = [
    valueNotes(option),
    ...(option.type === 'string' && option.array ? ['may be given several times'] : []),
  ]
  const said = notes.filter((note) => note !== '').join('; ')
  return ['.TP', `${spelled.join(', ')}${value}`, line(said === '' ? option.describe : `${option.describe} (${said})`)]
}

function exampleLines({ examples = [] }: AnyCommand): string[] {
  if (examples.length === 0) return []
  const lines = examples.map(([command, what]) => [line(`${what}:`), '.PP', '.EX', line(command), '.EE'])
  return ['.SH EXAMPLES', ...lines.flatMap((one, index) => (index === 0 ? one : ['.PP', ...one]))]
}

/** As it is: neither an escape nor, in place of a hyphen, a typographic one. */
function text(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('"', '\\(dq')
}

/** A line that begins with a dot would be a request. */
function line(words: string): string {
  return words.startsWith('.') ? `\\&${text(words)}` : text(words)
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
