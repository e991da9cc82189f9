import { expect, test } from 'vitest'
import { defineStandaloneCommand } from '../command.ts'
import { commands } from '../commands/index.ts'
import run from '../commands/run.ts'
import { GLOBAL_OPTIONS } from '../config.ts'
import type { Options } from '../flags/option.ts'
import { calledAs, renderCommandHelp } from './command-help.ts'

const label = { type: 'string', array: true, describe: 'several' } as const
const command = defineStandaloneCommand({
  usage: 'network frob [options] NAME',
  description: 'Frob a network.',
  positionals: { name: { required: true, describe: 'the network' } },
  options: {
    host: { type: 'string', alias: ['h', 'ho'], describe: 'takes the letter of help', placeholder: 'NAME' },
    'no-trunc': { type: 'boolean', describe: 'in full, and a sentence that does not fit into what is left of a line' },
    mode: { type: 'string', default: 'fast', choices: ['fast', 'slow'], describe: 'how' },
    secret: { type: 'boolean', hidden: true, describe: 'not for people' },
    label,
  },
  groups: { Words: { label } },
  examples: [['tspod network frob -h a b', 'an example']],
  runAlone: () => ({}),
})
const text = { summary: 'unused', globals: { help: GLOBAL_OPTIONS.help }, width: 60, name: 'docker' }

test('the help of a command is made from its data, and fits the terminal', () => {
  expect(renderCommandHelp(command, text).split('\n')).toEqual([
    'Frob a network.',
    '',
    'Usage:',
    '  docker network frob [options] NAME',
    '',
    'Options:',
    '  -h, --host, --ho NAME  takes the letter of help',
    '      --no-trunc         in full, and a sentence that does',
    '                         not fit into what is left of a line',
    '      --mode             how (one of fast, slow; default',
    '                         fast)',
    '',
    'Words:',
    '      --label            several',
    '',
    'Global options:',
    '      --help             show this help',
    '',
    'Examples:',
    '  docker network frob -h a b  an example',
  ])
})

test('every command fits into 80 columns, but for words that are longer themselves', async () => {
  for (const [name, { load, summary }] of Object.entries(commands)) {
    const { default: one } = await load()
    const help = renderCommandHelp(one, { summary, globals: GLOBAL_OPTIONS, width: 80, name: 'tspod' })
    const wide = help.split('\n').filter((line) => line.length > 80 && !/^ +(\S+,? ?)+$|tspod /.test(line))
    expect(wide, name).toEqual([])
  }
})

test('run has its options in groups, each in one, and all that are shown', () => {
  const help = renderCommandHelp(run, { ...text, name: 'tspod', width: 100 })
  const titles = [...help.matchAll(/^(\w.*):$/gm)].map(([, title]) => title)
  expect(titles).toEqual([
    ...['Usage', 'Options', 'Container', 'Process', 'Files and devices', 'Network', 'Limits', 'Users and security'],
    ...['Health', 'Image', 'Global options', 'Examples'],
  ])
  const options: Options = run.options
  for (const [name, { hidden }] of Object.entries(options)) {
    const shown = help.split('\n').filter((line) => new RegExp(`^ +(-\\w, )?--${name}[ ,]`).test(`${line} `))
    expect(shown, name).toHaveLength(hidden ? 0 : 1)
  }
})

test.for([
  ['tspod ps && tspod rm x', 'docker ps && docker rm x'],
  ['pass show | tspod login -u me', 'pass show | docker login -u me'],
  ['tspod exec web /usr/bin/tspod version', 'docker exec web /usr/bin/tspod version'],
] as const)('%s is shown as the user types it', ([line, typed]) => {
  expect(calledAs(line, 'docker')).toBe(typed)
})
