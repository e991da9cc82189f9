import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../../base/errors.ts'
import { renderTemplate } from './evaluate.ts'
import { parseTemplate } from './parse.ts'

const labels = Object.assign(Object.create(null), { 'a.b': '1', c: '2' })
const DATA = {
  ID: 'abc',
  Count: 3,
  On: true,
  Nothing: null,
  Empty: [],
  Names: ['one', 'two'],
  State: { Status: 'running', Pid: 42 },
  Labels: labels,
  Mounts: [
    { Type: 'bind', RW: true },
    { Type: 'volume', RW: false },
  ],
  Label: (name: unknown) => labels[String(name)] ?? '',
}
const render = (source: string, data: unknown = DATA) => renderTemplate(parseTemplate(source), data)

describe('gives what Go gives', () => {
  test.for([
    ['plain', 'plain'],
    ['', ''],
    ['{{.ID}}', 'abc'],
    ['<{{ .ID }}>', '<abc>'],
    ['{{.State.Status}}/{{.State.Pid}}', 'running/42'],
    ['a {{- .ID -}} b', 'aabcb'],
    ['a {{- /* a comment */ -}} b{{/* x */}}!', 'ab!'],
    ['{{.Names}}', '[one two]'],
    ['{{.Labels}}', 'map[a.b:1 c:2]'],
    ['{{.State}}', '{running 42}'],
    ['{{.Nothing}}', '<nil>'],
    ['{{.Labels.missing}}', '<no value>'],
    ['{{index .Labels "a.b"}}', '1'],
    ['{{index .Labels "missing"}}', ''],
    ['{{index .Names 1}}', 'two'],
    ['{{(index .Mounts 0).Type}}', 'bind'],
    ['{{json .Names}}', '["one","two"]'],
    ['{{json .State}}', '{"Status":"running","Pid":42}'],
    ['{{json .Labels}}', '{"a.b":"1","c":"2"}'],
    ['{{.State | json}}', '{"Status":"running","Pid":42}'],
    ['{{json "<a&b>"}}', '"<a&b>"'],
    ['{{if .On}}yes{{else}}no{{end}}', 'yes'],
    ['{{if .Empty}}yes{{else}}no{{end}}', 'no'],
    ['{{if .Nothing}}a{{else if .On}}b{{else}}c{{end}}', 'b'],
    ['{{if eq .State.Status "running"}}up{{end}}', 'up'],
    ['{{if eq .Count 1 2 3}}found{{end}}', 'found'],
    ['{{if and .On (ne .ID "x")}}both{{end}}', 'both'],
    ['{{or .Empty .ID}}', 'abc'],
    ['{{and .On .Empty}}', '[]'],
    ['{{not .On}}', 'false'],
    ['{{lt .Count 4}} {{le 3 .Count}} {{gt .Count 4}} {{ge "b" "a"}}', 'true true false true'],
    ['{{range .Names}}[{{.}}]{{end}}', '[one][two]'],
    ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
    ['{{range $i, $n := .Names}}{{$i}}={{$n}} {{end}}', '0=one 1=two '],
    ['{{range $k, $v := .Labels}}{{$k}}:{{$v}},{{end}}', 'a.b:1,c:2,'],
    ['{{range .Names}}{{$.ID}}{{end}}', 'abcabc'],
    ['{{range .Names}}{{if eq . "two"}}{{break}}{{end}}{{.}}{{end}}', 'one'],
    ['{{range .Names}}{{if eq . "one"}}{{continue}}{{end}}{{.}}{{end}}', 'two'],
    ['{{range .Mounts}}{{.Type}}{{if .RW}} rw{{end}};{{end}}', 'bind rw;volume;'],
    ['{{with .State}}{{.Status}}{{end}}', 'running'],
    ['{{with .Nothing}}x{{else}}y{{end}}', 'y'],
    ['{{with $x := .ID}}{{$x}}{{end}}', 'abc'],
    ['{{$x := .ID}}{{$x}}{{$x = "z"}}{{$x}}', 'abcz'],
    ['{{len .Names}} {{len .Labels}} {{len "äx"}}', '2 2 3'],
    ['{{join .Names ", "}}', 'one, two'],
    ['{{split "a:b" ":"}}', '[a b]'],
    ['{{index (split "a:b" ":") 1}}', 'b'],
    ['{{upper .ID}} {{lower "ABC"}} {{title "one two"}}', 'ABC abc One Two'],
    ['{{.ID | upper | printf "%s!"}}', 'ABC!'],
    [
      '{{printf "%-5s|%5d|%q|%05.1f|%x|%v|%t|%%" .ID .Count "a" 3.14159 255 .Names .On}}',
      'abc  |    3|"a"|003.1|ff|[one two]|true|%',
    ],
    ['{{print "a" 1}}', 'a 1'],
    ['{{println "a"}}', 'a\n'],
    ['{{truncate .ID 2}}{{pad "x" 1 2}}|', 'ab x  |'],
    ['{{slice .ID 1 2}}', 'b'],
    ['{{.Label "c"}}', '2'],
    ['{{"q\\t\\"\\u00e4"}} {{`raw\\n`}}', 'q\t"ä raw\\n'],
    ['{{html "<a>"}} {{urlquery "a b"}}', '&#60;a&#62; a+b'],
    ['{{true}} {{nil}} {{-5}} {{1.5}}', 'true <nil> -5 1.5'],
    ['{{.}}', '{x}', { a: 'x' }],
    ['{{ .ID\n}}', 'abc'],
    ['a}}b', 'a}}b'],
  ] as const)('%s', ([source, expected, data]) => {
    expect(render(source, data ?? DATA)).toBe(expected)
  })
})

describe('is refused', () => {
  test.for([
    ['{{.Missing}}', "can't evaluate field Missing"],
    ['{{.id}}', "can't evaluate field id"],
    ['{{.State.Missing}}', "can't evaluate field Missing"],
    ['{{.ID.Foo}}', "can't evaluate field Foo in a string"],
    ['{{.constructor}}', "can't evaluate field constructor"],
    ['{{.State.__proto__}}', "can't evaluate field __proto__"],
    ['{{index .State "toString"}}', 'index of a struct'],
    ['{{.ID', 'unclosed action'],
    ['{{if .ID}}', 'without {{end}}'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{else}}', 'unexpected {{else}}'],
    ['{{}}', 'missing value'],
    ['{{.ID | }}', 'missing value'],
    ['{{frob .ID}}', 'function "frob" not defined'],
    ['{{$x}}', 'undefined variable $x'],
    ['{{range $x := .Names}}{{end}}{{$x}}', 'undefined variable $x'],
    ['{{"abc}}', 'unterminated string'],
    ['{{(.ID}}', 'unclosed parenthesis'],
    ['{{.ID &}}', 'unexpected "&"'],
    ['{{template "x"}}', 'not supported'],
    ['{{range .ID}}{{end}}', 'range over a string'],
    ['{{index .Names 9}}', 'out of range'],
    ['{{eq 1 "a"}}', 'cannot compare'],
    ['{{break}}', 'outside range'],
    ['{{printf "%99999s" .ID}}', 'width too large'],
    ['{{"a" .ID}}', 'takes no arguments'],
    [`${'{{if .On}}'.repeat(200)}`, 'nested too deeply'],
    [`{{${'('.repeat(5000)}}}`, 'nested too deeply'],
  ] as const)('%#: $1', ([source, why]) => {
    expect(() => render(source)).toThrow(
      expect.objectContaining({ code: 'E_BAD_TEMPLATE', message: expect.stringContaining(why) }),
    )
  })
})

test('never anything but a TspodError', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom(
      ...['{{', '}}', '{{-', '-}}', '(', ')', '|', ':=', '$x', '.ID', '.', ' ', '"', '`', 'if', 'end', 'else', 'range'],
      ...[
        'with',
        'index',
        'json',
        'printf',
        'len',
        'slice',
        'join',
        '.Names',
        '.Labels',
        '1',
        '-1',
        '"%5d"',
        'and',
        'eq',
      ],
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      for (const source of [pieces.join(''), `{{${pieces.join(' ')}}}`]) {
        try {
          render(source)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('text without actions is given back as it is', () => {
  fc.assert(
    fc.property(fc.string(), (source) => {
      fc.pre(!source.includes('{{'))
      expect(render(source)).toBe(source)
    }),
    { numRuns: 200 },
  )
})
