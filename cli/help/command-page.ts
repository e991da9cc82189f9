import type { AnyCommand, Example } from '../command.ts'
import { type CommandEntry, GROUPS } from '../commands/index.ts'
import type { Option, Options } from '../flags/option.ts'
import { defaultOf, optionGroups, type Speller, spellerOf } from './option-groups.ts'

type Entry = readonly [name: string, entry: Pick<CommandEntry, 'summary' | 'group' | 'aliases'>]

/** `volume ls` is volume-ls.md. */
export function pageName(command: string): string {
  return `${command.replaceAll(' ', '-')}.md`
}

/** The page of one command, in Markdown. Pure: the same command gives the same page. */
export function commandPage(name: string, entry: Entry[1], command: AnyCommand): string {
  const { positionals, options } = command
  const aliases = (entry.aliases ?? []).map((alias) => `\`tspod ${alias}\``)
  const others = Object.entries(options).filter(([, option]) => option.hidden)
  return joined([
    `# tspod ${name}`,
    `${escaped(entry.summary)}.`,
    ...(command.description === undefined ? [] : [escaped(command.description)]),
    `\`\`\`\ntspod ${command.usage}\n\`\`\``,
    ...(aliases.length > 0 ? [`Also: ${aliases.join(', ')}.`] : []),
    ...(Object.keys(positionals).length > 0 ? ['## Arguments', argumentTable(command)] : []),
    ...optionTables(command),
    ...(others.length > 0 ? ['## Accepted, too', optionTable(others, options)] : []),
    ...(command.examples?.length ? ['## Examples', examples(command.examples)] : []),
    `The options that every command has are in the [index](README.md#global-options).`,
  ])
}

/** The list of all commands, and the options that each has. */
export function indexPage(entries: readonly Entry[], globals: Options): string {
  const groups = GROUPS.filter((group) => entries.some(([, entry]) => entry.group === group))
  return joined([
    '# Commands',
    'Made from the command table by `npm run docs`; `npm run check` fails where they differ.',
    ...groups.flatMap((group) => [
      `## ${group}`,
      table(
        ['command', ''],
        entries
          .filter(([, entry]) => entry.group === group)
          .map(([name, { summary }]) => [`[${name}](${pageName(name)})`, escaped(summary)]),
      ),
    ]),
    '## Global options',
    optionTable(Object.entries(globals), globals),
  ])
}

function argumentTable({ positionals }: AnyCommand): string {
  return table(
    ['argument', ''],
    Object.entries(positionals).map(([name, { describe, required, array }]) => [
      `\`${name.toUpperCase()}\`${array ? ' …' : ''}`,
      `${escaped(describe)}${required ? '' : ' (may be left out)'}`,
    ]),
  )
}

/** With groups each has a heading below that of all options. */
function optionTables(command: AnyCommand): string[] {
  const groups = optionGroups(command)
  if (groups.length === 0) return []
  return [
    '## Options',
    ...groups.flatMap(({ title, options }) => [
      ...(title === '' ? [] : [`### ${title}`]),
      optionTable(options, command.options),
    ]),
  ]
}

function optionTable(entries: readonly (readonly [string, Option])[], all: Options): string {
  const spell = spellerOf(all)
  return table(
    ['option', 'default', ''],
    entries.map(([name, option]) => [flags(name, option, spell), defaultCell(option), describeOption(option)]),
  )
}

function flags(name: string, option: Option, spell: Speller): string {
  const spelled = spell(name, option).map((one) => `\`${one}\``)
  return `${spelled.join(', ')}${option.placeholder === undefined ? '' : ` ${escaped(option.placeholder)}`}`
}

function defaultCell(option: Option): string {
  const fallback = defaultOf(option)
  return fallback === undefined ? '' : `\`${escaped(fallback)}\``
}

function describeOption(option: Option): string {
  const isMany = option.type === 'string' && option.array
  const choices = option.type === 'string' && !option.array ? (option.choices ?? []) : []
  const oneOf = choices.length > 0 ? `: ${choices.map((choice) => `\`${escaped(choice)}\``).join(', ')}` : ''
  return `${escaped(option.describe)}${oneOf}${isMany ? ' (may be given several times)' : ''}`
}

function examples(lines: readonly Example[]): string {
  return ['```sh', ...lines.map(([command, what]) => `${command}  # ${what}`), '```'].join('\n')
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [row(headings), row(headings.map(() => '---')), ...rows.map(row)].join('\n')
}

/** A bar would part cells, and what looks like a tag would be one. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

function joined(blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`
}
