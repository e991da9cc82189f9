import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import yargs from 'yargs'
import { commands } from './commands/index.ts'
import { aliasesOf, camelCase, type Option, type Options } from './flags/option.ts'
import { parseCommand } from './parse-command.ts'

/**
 * Two parsers that know nothing of each other read every command's own flags, and must agree where both mean the
 * same: yargs, which would take longer to load than a command takes, and ours. What yargs does otherwise than pflag
 * is left out: values that begin with a dash or a quote, and 1, which it adds to what was given before.
 */
const VALUE = fc.stringMatching(/^[A-Za-z0-9_/.:=]{1,12}$/)

describe('yargs reads flags as we do', async () => {
  const names = Object.keys(commands).filter((name) => !commands[name]?.hidden)
  test.for(names)('%s', async (name) => {
    const entry = commands[name]
    if (!entry) throw new Error(`no command ${name}`)
    const command = (await entry.load()).default
    const words = Object.fromEntries(
      Object.entries(command.positionals).map(([key, { describe }]) => [key, { describe }]),
    )
    const free = { ...command, positionals: words }
    fc.assert(
      fc.property(flagsOf(command.options), (flags) => {
        const argv = flags.flatMap(({ words }) => words)
        const ours = parseCommand(free, argv, {}).args
        const theirs = readByYargs(argv, command.options)
        for (const key of new Set(flags.map((flag) => flag.name))) {
          expect([key, ours[camelCase(key)]]).toEqual([key, theirs[key]])
        }
      }),
      { numRuns: 6 },
    )
  })
})

interface Flag {
  readonly name: string
  readonly words: readonly string[]
}

/** Some flags in each of their spellings. */
function flagsOf(options: Options): fc.Arbitrary<readonly Flag[]> {
  const flags = Object.entries(options).flatMap(([name, option]): fc.Arbitrary<Flag>[] => {
    if (option.type === 'string' && (('commas' in option && option.commas) || ('implied' in option && option.implied)))
      return []
    const dashed = [name, ...aliasesOf(option)].map((spelling) => (spelling.length === 1 ? '-' : '--') + spelling)
    const spelling = fc.constantFrom(...dashed)
    if (option.type === 'boolean') return [spelling.map((flag) => ({ name, words: [flag] }))]
    const value =
      option.type === 'number'
        ? fc.nat(1000).map((number) => `${number + Math.max(option.minimum ?? 2, 2)}`)
        : 'choices' in option && option.choices
          ? fc.constantFrom(...option.choices)
          : VALUE
    const pair = fc.tuple(spelling, value, fc.boolean())
    return [
      pair.map(([flag, text, joined]) => ({
        name,
        words: joined && flag.startsWith('--') ? [`${flag}=${text}`] : [flag, text],
      })),
    ]
  })
  return flags.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...flags), { maxLength: 6 })
}

function readByYargs(argv: readonly string[], options: Options): Readonly<Record<string, unknown>> {
  const parser = yargs([]).help(false).version(false).exitProcess(false).parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-positional-numbers': false,
  })
  for (const [name, option] of Object.entries(options)) {
    parser.option(name, { type: option.type })
    for (const alias of aliasesOf(option)) parser.alias(name, alias)
  }
  const values = Object.entries(parser.parseSync([...argv]))
  // yargs gathers what is given several times; of that the last counts, but for lists
  return Object.fromEntries(
    values.map(([name, value]) => {
      const all = [value].flat()
      return [name, isList(options[name]) ? all : all.at(-1)]
    }),
  )
}

function isList(option: Option | undefined): boolean {
  return option?.type === 'string' && option.array === true
}
