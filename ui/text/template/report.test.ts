import { expect, test } from 'vitest'
import { formatReport } from './report.ts'

const ROWS = [
  { ID: 'abc', Names: 'one', CreatedAt: 'x', Label: (name: unknown) => `l-${name}` },
  { ID: 'defghijklmno', Names: 'two', CreatedAt: 'y', Label: (name: unknown) => `m-${name}` },
]
const HEADINGS = { ID: 'CONTAINER ID' }

test.for([
  ['{{.ID}}', ['abc', 'defghijklmno']],
  ['{{.ID}}\\t{{.Names}}', ['abc\tone', 'defghijklmno\ttwo']],
  ['{{.ID}}{{"\\n"}}', ['abc\n', 'defghijklmno\n']],
  ['table {{.ID}}\\t{{.Names}}', ['CONTAINER ID  NAMES', 'abc           one', 'defghijklmno  two']],
  ['table {{.ID}} {{.CreatedAt}}', ['CONTAINER ID  CREATED AT', 'abc           x', 'defghijklmno  y']],
  ['table {{.Label "k"}}\\t{{.ID}}', ['LABEL       CONTAINER ID', 'l-k         abc', 'm-k         defghijklmno']],
] as const)('%s', ([format, lines]) => {
  expect(formatReport(format, ROWS, HEADINGS)).toEqual(lines)
})

test('a table without its headings', () => {
  expect(formatReport('table {{.Names}}', ROWS, HEADINGS, { noHeading: true })).toEqual(['one', 'two'])
})

test('no rows leave the headings', () => {
  expect(formatReport('table {{.ID}}', [], HEADINGS)).toEqual(['CONTAINER ID'])
  expect(formatReport('{{.ID}}', [], HEADINGS)).toEqual([])
})

test('a template over all rows is given all of them, one over a list of a row is not', () => {
  const rows = [
    { Names: 'one', Mounts: ['/a', '/b'] },
    { Names: 'two', Mounts: [] },
  ]
  expect(formatReport('{{range .}}{{.Names}};{{end}}', rows, {})).toEqual(['one;two;'])
  expect(formatReport('{{range $i, $r := .}}{{$i}}{{$r.Names}}\\n{{end}}', rows, {})).toEqual(['0one\n1two'])
  expect(formatReport('{{range .Mounts}}{{.}};{{end}}', rows, {})).toEqual(['/a;/b;', ''])
})

test('spaces between actions part columns only where they are to', () => {
  const format = 'table {{.Names}} {{.ID}}'
  expect(formatReport(format, ROWS, HEADINGS)[0]).toBe('NAMES       CONTAINER ID')
  expect(formatReport(format, ROWS, HEADINGS, { spacesPartColumns: false })[0]).toBe('NAMES CONTAINER ID')
})

test('functions that change texts leave headings as they are', () => {
  expect(formatReport('table {{upper .Names}}\\t{{json .ID}}', ROWS, HEADINGS)).toEqual([
    'NAMES       CONTAINER ID',
    'ONE         "abc"',
    'TWO         "defghijklmno"',
  ])
})
