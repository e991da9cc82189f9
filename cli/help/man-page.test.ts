import { expect, test } from 'vitest'
import { defineCommand } from '../command.ts'
import { mainManPage, manPage } from './man-page.ts'

const label = { type: 'string', array: true, alias: 'l', placeholder: 'NAME', describe: "it's a \\label" } as const
const command = defineCommand({
  usage: 'thing make [options] NAME',
  positionals: { name: { required: true, describe: 'what to call it' } },
  options: { label, kind: { type: 'string', choices: ['x', 'y'], default: 'x', describe: '.of it' } },
  groups: { Labels: { label } },
  examples: [["tspod thing make -l 'a\\b'", 'one']],
  run: () => ({}),
})
const entry = { summary: 'Make a thing', group: 'System', aliases: ['made'] } as const

test('a man page says what the command does, in words that troff leaves alone', () => {
  expect(manPage(['thing make', entry], command, '1.2.3').split('\n')).toEqual([
    '.TH TSPOD\\-THING\\-MAKE 1 "" "tspod 1.2.3" "Containers"',
    ...['.SH NAME', 'tspod\\-thing\\-make \\- Make a thing'],
    ...['.SH SYNOPSIS', '.B tspod thing make [options] NAME'],
    ...['.SH DESCRIPTION', 'Make a thing.', '.PP', 'Also: tspod made.'],
    ...['.SH ARGUMENTS', '.TP', '.I NAME', 'what to call it'],
    ...['.SH OPTIONS', '.TP', '\\fB\\-\\-kind\\fR', '\\&.of it (one of x, y; default x)'],
    ...['.SS Labels', '.TP', '\\fB\\-l\\fR, \\fB\\-\\-label\\fR \\fINAME\\fR'],
    'it\\(aqs a \\elabel (may be given several times)',
    ...['.SH EXAMPLES', 'one:', '.PP', '.EX', 'tspod thing make \\-l \\(aqa\\eb\\(aq', '.EE'],
    ...['.SH SEE ALSO', '.BR tspod (1)', ''],
  ])
})

test('tspod(1) leads to each page', () => {
  expect(mainManPage([['thing make', entry]], {}, '1')).toContain(
    '.SS System\n.TP\n.BR tspod\\-thing\\-make (1)\nMake a thing\n',
  )
})
