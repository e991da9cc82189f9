import { type CommandEntry, GROUPS } from './commands/index.ts'
import { aliasesOf, type Options } from './flags/option.ts'

/** The list of commands, as `tspod --help` shows it, or of those that begin with `noun`: `tspod image`. */
export function renderCommandList(
  commands: Readonly<Record<string, CommandEntry>>,
  globals: Options,
  noun?: string,
): string {
  const shown = Object.entries(commands).flatMap(([name, entry]): [string, CommandEntry][] => {
    const typed = [name, ...(entry.aliases ?? [])].find((known) => noun === undefined || known.startsWith(`${noun} `))
    return entry.hidden || typed === undefined ? [] : [[typed, entry]]
  })
  const width = Math.max(...shown.map(([name]) => name.length), ...Object.keys(globals).map((name) => name.length + 6))
  const row = (name: string, text: string) => `  ${name.padEnd(width)}  ${text}`
  const groups = GROUPS.filter((group) => shown.some(([, entry]) => entry.group === group))
  const sections = groups.flatMap((group) => [
    '',
    `${group}:`,
    ...shown.filter(([, entry]) => entry.group === group).map(([name, entry]) => row(name, entry.summary)),
  ])
  const options = Object.entries(globals).map(([name, option]) =>
    row(flagName(name, aliasesOf(option)), option.describe),
  )
  return [
    'A daemonless, rootless container engine',
    '',
    'Usage:',
    `  tspod [options] ${noun === undefined ? '' : `${noun} `}COMMAND`,
    ...sections,
    '',
    'Options:',
    ...options,
    '',
    'See "tspod COMMAND --help" for a command.',
  ].join('\n')
}

function flagName(name: string, aliases: readonly string[]): string {
  const letter = aliases.find((alias) => alias.length === 1)
  return letter ? `-${letter}, --${name}` : `    --${name}`
}
