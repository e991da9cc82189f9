import { expect, test } from 'vitest'
import { defineCommand } from '../command.ts'
import { commandPage, indexPage, pageName } from './command-page.ts'

const command = defineCommand({
  usage: 'thing make [options] NAME',
  description: 'More <of> it.',
  positionals: { name: { required: true, describe: 'what to call it' }, word: { array: true, describe: 'more' } },
  options: {
    all: { type: 'boolean', alias: ['a', 'every'], describe: 'all | none' },
    every: { type: 'boolean', describe: 'its own' },
    kind: { type: 'string', choices: ['x', 'y'], default: 'x', placeholder: 'KIND', describe: 'which' },
    label: { type: 'string', array: true, describe: 'labels' },
    secret: { type: 'boolean', hidden: true, describe: 'not for people' },
  },
  examples: [['tspod thing make a', 'one']],
  run: () => ({}),
})
const entry = { summary: 'Make a thing', group: 'System', aliases: ['made'] } as const

test('a page says all that the command does', () => {
  expect(commandPage('thing make', entry, command)).toBe(
    [
      ...['# tspod thing make', '', 'Make a thing.', '', 'More &lt;of> it.', ''],
      ...['```', 'tspod thing make [options] NAME', '```', '', 'Also: `tspod made`.', ''],
      ...['## Arguments', '', '| argument |  |', '| --- | --- |'],
      ...['| `NAME` | what to call it |', '| `WORD` … | more (may be left out) |', ''],
      ...['## Options', '', '| option | default |  |', '| --- | --- | --- |'],
      '| `-a`, `--all` |  | all \\| none |',
      '| `--every` |  | its own |',
      '| `--kind` KIND | `x` | which: `x`, `y` |',
      '| `--label` |  | labels (may be given several times) |',
      ...[
        '',
        '## Accepted, too',
        '',
        '| option | default |  |',
        '| --- | --- | --- |',
        '| `--secret` |  | not for people |',
      ],
      ...['', '## Examples', '', '```sh', 'tspod thing make a  # one', '```', ''],
      'The options that every command has are in the [index](README.md#global-options).',
      '',
    ].join('\n'),
  )
})

test('the index leads to each page', () => {
  expect(pageName('thing make')).toBe('thing-make.md')
  expect(indexPage([['thing make', entry]], {})).toContain('| [thing make](thing-make.md) | Make a thing |')
})
