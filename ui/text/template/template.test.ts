import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../../base/errors.ts'
import { renderTemplate } from './evaluate.ts'
import { parseTemplate } from './parse.ts'

const map = (entries: Record<string, unknown>): Record<string, unknown> => Object.assign(Object.create(null), entries)
const labels = map({ 'a.b': '1', c: '2' })
const DATA = {
  ID: 'abc',
  Count: 3,
  Ratio: 0.25,
  On: true,
  Nothing: null,
  Empty: [],
  Names: ['one', 'two'],
  State: { Status: 'running', Pid: 42 },
  Labels: labels,
  None: map({}),
  Ports: map({ '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '90/udp': null }),
  Mounts: [
    { Type: 'bind', RW: true },
    { Type: 'volume', RW: false },
  ],
  Label: (name: unknown) => labels[String(name)] ?? '',
}
const render = (source: string, data: unknown = DATA) => renderTemplate(parseTemplate(source), data)

// biome-ignore format: a table
const VECTORS: Record<string, readonly (readonly [source: string, expected: string])[]> = {
  text: [
    ['', ''],
    ['plain', 'plain'],
    ['a}}b', 'a}}b'],
    ['{ {x} }', '{ {x} }'],
    ['a {{- .ID -}} b', 'aabcb'],
    ['a \n\t{{- .ID }} b', 'aabc b'],
    ['a {{ .ID -}} \n b', 'a abcb'],
    ['a{{- "x" -}}b', 'axb'],
    ['{{-3}}', '-3'],
    ['{{- 3 -}}', '3'],
    ['{{3 -}} x', '3x'],
    ['a {{/* x */}} b', 'a  b'],
    ['a {{- /* a\n comment */ -}} b', 'ab'],
    ['a {{- /* x */}} b', 'a b'],
    ['{{/* }} */}}x', 'x'],
  ],
  values: [
    ['{{.ID}}', 'abc'],
    ['<{{ .ID }}>', '<abc>'],
    ['{{ .ID\n}}', 'abc'],
    ['{{.Count}} {{.Ratio}} {{.On}}', '3 0.25 true'],
    ['{{.State.Status}}/{{.State.Pid}}', 'running/42'],
    ['{{.Names}}', '[one two]'],
    ['{{.Empty}}', '[]'],
    ['{{.None}}', 'map[]'],
    ['{{.Labels}}', 'map[a.b:1 c:2]'],
    ['{{.State}}', '{running 42}'],
    ['{{.Mounts}}', '[{bind true} {volume false}]'],
    ['{{.Nothing}}', '<nil>'],
    ['{{.Labels.c}}', '2'],
    ['{{.Labels.missing}}', '<no value>'],
    ['{{.Ports}}', 'map[80/tcp:[{0.0.0.0 8080}] 90/udp:<nil>]'],
    ['{{.Label "c"}}', '2'],
    ['{{"c" | .Label}}', '2'],
    ['{{(.State).Pid}}', '42'],
    ['{{$.State.Pid}}', '42'],
    ['{{with $s := .State}}{{$s.Pid}}{{end}}', '42'],
  ],
  literals: [
    ['{{"q\\t\\"\\u00e4\\x41\\101"}}', 'q\t"äAA'],
    ['{{`raw\\n"x"`}}', 'raw\\n"x"'],
    ['{{true}} {{false}}', 'true false'],
    ['{{-5}} {{+5}} {{1.5}} {{.5}} {{1.}}', '-5 5 1.5 0.5 1'],
    ['{{0x1F}} {{0b101}} {{0o17}} {{017}} {{1_000}}', '31 5 15 15 1000'],
    ['{{1e3}} {{2.5e-1}}', '1000 0.25'],
    ["{{'a'}} {{'\\n'}} {{'\\u00e4'}}", '97 10 228'],
    ['{{print nil}}', '<nil>'],
  ],
  conditions: [
    ['{{if .On}}yes{{else}}no{{end}}', 'yes'],
    ['{{if .Empty}}yes{{else}}no{{end}}', 'no'],
    ['{{if .None}}yes{{else}}no{{end}}', 'no'],
    ['{{if ""}}yes{{else}}no{{end}}', 'no'],
    ['{{if 0}}yes{{else}}no{{end}}', 'no'],
    ['{{if 0.0}}yes{{else}}no{{end}}', 'no'],
    ['{{if "0"}}yes{{end}}', 'yes'],
    ['{{if .State}}yes{{end}}', 'yes'],
    ['{{if .Nothing}}a{{else if .On}}b{{else}}c{{end}}', 'b'],
    ['{{if .Nothing}}a{{else if .Empty}}b{{else if .On}}c{{end}}', 'c'],
    ['{{if .Nothing}}a{{end}}', ''],
    ['{{if not .Nothing}}a{{end}}', 'a'],
    ['{{if eq .State.Status "running"}}up{{end}}', 'up'],
    ['{{if and .On (ne .ID "x")}}both{{end}}', 'both'],
    ['{{if $x := .ID}}{{$x}}{{end}}', 'abc'],
    ['{{if $x := .Nothing}}a{{else}}{{$x}}{{end}}', '<nil>'],
    ['{{with .State}}{{.Status}}{{end}}', 'running'],
    ['{{with .Nothing}}x{{else}}y{{end}}', 'y'],
    ['{{with .Nothing}}x{{else with .State}}{{.Pid}}{{else}}z{{end}}', '42'],
    ['{{with .State}}{{with .Pid}}{{.}}{{$.ID}}{{end}}{{end}}', '42abc'],
    ['{{with $x := .ID}}{{$x}}{{end}}', 'abc'],
  ],
  ranges: [
    ['{{range .Names}}[{{.}}]{{end}}', '[one][two]'],
    ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
    ['{{range .Nothing}}x{{else}}none{{end}}', 'none'],
    ['{{range .None}}x{{else}}none{{end}}', 'none'],
    ['{{range $n := .Names}}{{$n}},{{end}}', 'one,two,'],
    ['{{range $i, $n := .Names}}{{$i}}={{$n}} {{end}}', '0=one 1=two '],
    ['{{range $k, $v := .Labels}}{{$k}}:{{$v}},{{end}}', 'a.b:1,c:2,'],
    ['{{range .Labels}}{{.}},{{end}}', '1,2,'],
    ['{{range .Names}}{{$.ID}}{{end}}', 'abcabc'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{range $i := 3}}{{$i}}{{end}}', '012'],
    ['{{range .Count}}x{{end}}', 'xxx'],
    ['{{range 0}}x{{else}}none{{end}}', 'none'],
    ['{{range .Names}}{{if eq . "two"}}{{break}}{{end}}{{.}}{{end}}', 'one'],
    ['{{range .Names}}{{if eq . "one"}}{{continue}}{{end}}{{.}}{{end}}', 'two'],
    ['{{range 2}}{{range 3}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}}|{{end}}', '0|0|'],
    ['{{range .Mounts}}{{.Type}}{{if .RW}} rw{{end}};{{end}}', 'bind rw;volume;'],
    ['{{range $p, $b := .Ports}}{{$p}}{{range $b}} {{.HostPort}}{{end}};{{end}}', '80/tcp 8080;90/udp;'],
    ['{{$last := ""}}{{range $last = .Names}}{{end}}{{$last}}', 'two'],
    ['{{range $i, $e := .Names}}{{if $i}}, {{end}}{{$e}}{{end}}', 'one, two'],
  ],
  variables: [
    ['{{$x := .ID}}{{$x}}{{$x = "z"}}{{$x}}', 'abcz'],
    ['{{$x := 1}}{{if .On}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$x := 1}}{{if .On}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21'],
    ['{{$x := .State}}{{$x.Pid}}', '42'],
    ['{{$x := "a" | upper}}{{$x}}', 'A'],
    ['{{$n := 0}}{{range .Names}}{{$n = len .}}{{end}}{{$n}}', '3'],
    ['{{$x:=1}}{{$x}}', '1'],
    ['{{$}}', 'plain data'],
  ],
  templates: [
    ['{{define "t"}}<{{.}}>{{end}}{{template "t" .ID}}', '<abc>'],
    ['{{template "t" .ID}}{{define "t"}}<{{.}}>{{end}}', '<abc>'],
    ['{{define "t"}}x{{end}}{{template "t"}}{{template "t"}}', 'xx'],
    ['{{define "t"}}{{.}}{{end}}{{template "t"}}', '<no value>'],
    ['{{define "t"}}{{$.Pid}}{{end}}{{template "t" .State}}', '42'],
    ['{{define "a"}}[{{template "b" .}}]{{end}}{{define "b"}}{{.ID}}{{end}}{{template "a" .}}', '[abc]'],
    ['{{block "t" .State}}{{.Pid}}{{end}}', '42'],
    ['{{block "t" .ID}}{{.}}{{end}}{{template "t" "y"}}', 'abcy'],
    ['{{define "n"}}{{if .}}{{.}}{{end}}{{end}}{{range .Names}}{{template "n" .}}{{end}}', 'onetwo'],
  ],
  pipelines: [
    ['{{.ID | upper | printf "%s!"}}', 'ABC!'],
    ['{{.State | json}}', '{"Status":"running","Pid":42}'],
    ['{{printf "%s-%s" "a" | printf "%s"}}', 'a-%!s(MISSING)'],
    ['{{"b" | printf "%s-%s" "a"}}', 'a-b'],
    ['{{(index .Mounts 0).Type}}', 'bind'],
    ['{{(index (index .Ports "80/tcp") 0).HostPort}}', '8080'],
    ['{{len (slice .ID 1)}}', '2'],
    ['{{.Names|len}}', '2'],
    ['{{print (print 1 2) 3}}', '1 23'],
  ],
  logic: [
    ['{{and .On .Empty}}', '[]'],
    ['{{and 1 2 3}} {{and 1 0 3}}', '3 0'],
    ['{{or .Empty .ID}}', 'abc'],
    ['{{or 0 ""}}|{{or 0 2 3}}', '|2'],
    ['{{or .On (index .Names 9)}}', 'true'],
    ['{{and .Nothing (index .Names 9)}}', '<nil>'],
    ['{{.On | and .ID}}', 'true'],
    ['{{not .On}} {{not 0}}', 'false true'],
    ['{{eq 1 1}} {{eq "a" "b"}} {{eq true true}}', 'true false true'],
    ['{{if eq .Count 1 2 3}}found{{end}}', 'found'],
    ['{{eq .Nothing nil}} {{eq .ID nil}} {{ne .Nothing nil}}', 'true false false'],
    ['{{ne 1 2}} {{ne "a" "a"}}', 'true false'],
    ['{{lt .Count 4}} {{le 3 .Count}} {{gt .Count 4}} {{ge "b" "a"}}', 'true true false true'],
    ['{{lt "a" "b"}} {{lt 1.5 2.5}}', 'true true'],
  ],
  lists: [
    ['{{index .Labels "a.b"}}', '1'],
    ['{{index .Labels "missing"}}', ''],
    ['{{index .Ports "missing"}}', '[]'],
    ['{{index .Names 1}}', 'two'],
    ['{{index .Names}}', '[one two]'],
    ['{{index .Ports "80/tcp" 0}}', '{0.0.0.0 8080}'],
    ['{{index "abc" 0}}', '97'],
    ['{{len .Names}} {{len .Labels}} {{len "äx"}}', '2 2 3'],
    ['{{slice .ID 1 2}} {{slice .ID 1}} {{slice .ID}}', 'b bc abc'],
    ['{{slice .Names 1}} {{slice .Names 0 1 2}}', '[two] [one]'],
    ['{{join .Names ", "}}', 'one, two'],
    ['{{join .Empty ","}}', ''],
    ['{{split "a:b" ":"}} {{split "ab" ""}}', '[a b] [a b]'],
    ['{{index (split "a:b" ":") 1}}', 'b'],
  ],
  strings: [
    ['{{upper .ID}} {{lower "ABC"}} {{title "one two-three o\'neil"}}', "ABC abc One Two-Three O'neil"],
    ['{{truncate .ID 2}}{{truncate .ID 9}}', 'ababc'],
    ['{{pad "x" 1 2}}|{{pad "" 1 2}}|', ' x  ||'],
    ['{{print "a" 1}}', 'a1'],
    ['{{print 1 2}} {{print "a" "b"}} {{print 1 true}} {{print}}', '1 2 ab 1 true '],
    ['{{println "a" 1}}', 'a 1\n'],
    ['{{html "<a href=\\"x\\">&\'"}}', '&lt;a href=&#34;x&#34;&gt;&amp;&#39;'],
    ['{{js "it\'s <b> \\"x\\" a=b\\n"}}', `it\\'s \\u003Cb\\u003E \\"x\\" a\\u003Db\\u000A`],
    ['{{urlquery "a b&c=d/ä!~"}}', 'a+b%26c%3Dd%2F%C3%A4%21~'],
  ],
  json: [
    ['{{json .Names}}', '["one","two"]'],
    ['{{json .State}}', '{"Status":"running","Pid":42}'],
    ['{{json .Labels}}', '{"a.b":"1","c":"2"}'],
    ['{{json .Nothing}} {{json .Empty}} {{json .None}}', 'null [] {}'],
    ['{{json "<a&b>"}} {{json "a\\"b"}} {{json 1.5}}', '"<a&b>" "a\\"b" 1.5'],
    ['{{json "\\u2028"}}', '"\\u2028"'],
    ['{{json .Mounts}}', '[{"Type":"bind","RW":true},{"Type":"volume","RW":false}]'],
  ],
  printf: [
    ['{{printf "%s %v" .ID .Count}}', 'abc 3'],
    ['{{printf "%5s|%-5s|%.2s|%5.1s|" .ID .ID .ID .ID}}', '  abc|abc  |ab|    a|'],
    ['{{printf "%q %#q %+q" "a\\"b" "c" "ä"}}', '"a\\"b" `c` "\\u00e4"'],
    ['{{printf "%q" "a\\n\\x00"}}', '"a\\n\\x00"'],
    ['{{printf "%x %X % x %#x" "hi" "hi" "hi" "hi"}}', '6869 6869 68 69 0x6869'],
    ['{{printf "%d|%5d|%-5d|%05d|%+d|% d|%.3d" 3 3 3 3 3 3 3}}', '3|    3|3    |00003|+3| 3|003'],
    ['{{printf "%05d %+05d" -3 3}}', '-0003 +0003'],
    ['{{printf "%b %o %#o %O %x %X %#x" 5 8 8 8 255 255 255}}', '101 10 010 0o10 ff FF 0xff'],
    ['{{printf "%c %q %U %#U" 65 65 228 228}}', "A 'A' U+00E4 U+00E4 'ä'"],
    ['{{printf "%f %.2f %6.1f %-6.1f| %06.1f %+.1f" 1.5 1.005 1.25 1.25 -1.5 1.5}}', '1.500000 1.00    1.2 1.2   | -001.5 +1.5'],
    ['{{printf "%e %.1E" 123456.789 1234.5}}', '1.234568e+05 1.2E+03'],
    ['{{printf "%g %g %.3g %g" 0.00001 1234567.5 1234.5678 100000.5}}', '1e-05 1.2345675e+06 1.23e+03 100000.5'],
    ['{{printf "%t %v" .On .On}}', 'true true'],
    ['{{printf "%v %+v %v" .State .State .Labels}}', '{running 42} {Status:running Pid:42} map[a.b:1 c:2]'],
    ['{{printf "%#v %#v" "a" .Names}}', '"a" []interface {}{"one", "two"}'],
    ['{{printf "%s %q" .Names .Names}}', '[one two] ["one" "two"]'],
    ['{{printf "%T %T %T %T" 1 "a" true 1.5}}', 'int string bool float64'],
    ['{{printf "%%|%d%%" 5}}', '%|5%'],
    ['{{printf "%*d|%-*d|%.*f" 4 3 4 3 1 1.25}}', '   3|3   |1.2'],
    ['{{printf "%[2]s %[1]s" "a" "b"}}', 'b a'],
    ['{{printf "%d %s" "a" 3}}', '%!d(string=a) %!s(int=3)'],
    ['{{printf "%d"}}', '%!d(MISSING)'],
    ['{{printf "x" 1 "a"}}', 'x%!(EXTRA int=1, string=a)'],
    ['{{printf "%[3]d" 1}}', '%!d(BADINDEX)'],
    ['{{printf "%"}}', '%!(NOVERB)'],
    ['{{printf "%z" 1}}', '%!z(int=1)'],
    ['{{printf "%v %s %d" nil nil nil}}', '<nil> %!s(<nil>) %!d(<nil>)'],
    ['{{printf "%6v|%-8v|%06v" .On .ID 7}}', '  true|abc     |000007'],
  ],
}

describe.for(Object.entries(VECTORS))('%s', ([, vectors]) => {
  test.for(vectors)('%s', ([source, expected]) => {
    expect(render(source, source === '{{$}}' ? 'plain data' : DATA)).toBe(expected)
  })
})

test('there are as many vectors as were promised', () => {
  expect(Object.values(VECTORS).flat().length).toBeGreaterThanOrEqual(150)
})

describe('is refused', () => {
  // biome-ignore format: a table
  test.for([
    ['{{.Missing}}', "can't evaluate field Missing"],
    ['{{.id}}', "can't evaluate field id"],
    ['{{.State.Missing}}', "can't evaluate field Missing"],
    ['{{.ID.Foo}}', "can't evaluate field Foo in type string"],
    ['{{.Nothing.Foo}}', 'nil pointer evaluating'],
    ['{{.Labels.missing.Foo}}', 'nil pointer evaluating'],
    ['{{.constructor}}', "can't evaluate field constructor"],
    ['{{.State.__proto__}}', "can't evaluate field __proto__"],
    ['{{index .State "toString"}}', "can't index item of type struct"],
    ['{{.ID', 'unclosed action'],
    ['{{/* x', 'unclosed comment'],
    ['{{/* x */ .ID}}', 'comment ends before closing delimiter'],
    ['{{ /* x */}}', 'unexpected "/"'],
    ['{{if .ID}}', '{{if}} without {{end}}'],
    ['{{if .ID}}{{else}}', '{{if}} without {{end}}'],
    ['{{range .Names}}{{else}}{{else}}{{end}}', 'unexpected {{else}} in {{range}}'],
    ['{{if .ID}}{{else with .ID}}{{end}}', 'unexpected with after else'],
    ['{{range .Names}}{{else range .Names}}{{end}}', 'unexpected range after else'],
    ['{{if}}x{{end}}', 'missing value'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{else}}', 'unexpected {{else}}'],
    ['{{}}', 'missing value'],
    ['{{.ID | }}', 'missing value'],
    ['{{.ID | .}}', 'non executable command in pipeline stage 2'],
    ['{{.ID | 3}}', 'non executable command in pipeline stage 2'],
    ['{{nil}}', 'nil is not a command'],
    ['{{frob .ID}}', 'function "frob" not defined'],
    ['{{if false}}{{frob}}{{end}}', 'function "frob" not defined'],
    ['{{$x}}', 'undefined variable "$x"'],
    ['{{if false}}{{$x}}{{end}}', 'undefined variable "$x"'],
    ['{{$x = 1}}', 'undefined variable "$x"'],
    ['{{range $x := .Names}}{{end}}{{$x}}', 'undefined variable "$x"'],
    ['{{$x := 1}}{{define "t"}}{{$x}}{{end}}', 'undefined variable "$x"'],
    ['{{$a, $b := .Names}}', 'too many declarations'],
    ['{{range $i, $x := 3}}{{end}}', "can't use 3 to iterate over more than one variable"],
    ['{{"abc}}', 'unterminated quoted string'],
    ['{{`abc}}', 'unterminated raw quoted string'],
    ['{{"\\q"}}', 'unknown escape'],
    ["{{'ab'}}", 'unterminated character'],
    ['{{12ab}}', 'bad number syntax'],
    ['{{(.ID}}', 'unclosed left parenthesis'],
    ['{{.ID)}}', 'unexpected ")"'],
    ['{{.ID &}}', 'unexpected "&"'],
    ['{{print "a""b"}}', 'unexpected "b" in operand'],
    ['{{.ID.}}', 'unexpected "." in operand'],
    ['{{template "x"}}', 'template "x" not defined'],
    ['{{template x}}', 'unexpected "x" in {{template}}'],
    ['{{define "a"}}{{end}}{{define "a"}}{{end}}', 'multiple definition'],
    ['{{if .ID}}{{define "a"}}{{end}}{{end}}', 'unexpected {{define}}'],
    ['{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', 'calls itself too often'],
    ['{{range .ID}}{{end}}', "can't iterate over string"],
    ['{{index .Names 9}}', 'index out of range: 9'],
    ['{{index .Names -1}}', 'index out of range: -1'],
    ['{{index .Names "a"}}', 'cannot index slice/array with type string'],
    ['{{index .Nothing 1}}', 'index of untyped nil'],
    ['{{slice .ID 2 1}}', 'invalid slice index: 2 > 1'],
    ['{{slice .ID 0 1 2}}', 'cannot 3-index slice a string'],
    ['{{len 3}}', 'len of type int'],
    ['{{len nil}}', 'len of nil pointer'],
    ['{{eq 1 "a"}}', 'incompatible types for comparison'],
    ['{{eq .Names .Names}}', 'non-comparable type'],
    ['{{lt true false}}', 'incompatible types for comparison'],
    ['{{eq 1}}', 'wrong number of args for eq: want at least 2 got 1'],
    ['{{ne 1 2 3}}', 'wrong number of args for ne: want 2 got 3'],
    ['{{not}}', 'wrong number of args for not: want 1 got 0'],
    ['{{upper 3}}', 'expected string; got int'],
    ['{{join "a" ","}}', 'expected []string; got string'],
    ['{{break}}', '{{break}} outside {{range}}'],
    ['{{range .Names}}{{end}}{{continue}}', '{{continue}} outside {{range}}'],
    ['{{range .Names}}{{block "b" .}}{{break}}{{end}}{{end}}', '{{break}} outside {{range}}'],
    ['{{printf "%99999s" .ID}}', 'width too large'],
    ['{{"a" .ID}}', "can't give argument to non-function"],
    ['{{.ID "a"}}', 'ID has arguments but cannot be invoked as function'],
    [`${'{{if .On}}'.repeat(200)}`, 'nested too deeply'],
    [`{{${'('.repeat(5000)}}}`, 'nested too deeply'],
    ['{{range 1000000000}}{{end}}', 'does too much'],
    ['{{$x := "aaaaaaaaaaaaaaaa"}}{{range 100}}{{$x = print $x $x}}{{end}}', 'too long'],
    ['{{$x := printf "%1000s" "a"}}{{range 1000000}}{{$x}}{{end}}', 'too long'],
  ] as const)('%#: $1', ([source, why]) => {
    expect(() => render(source)).toThrow(
      expect.objectContaining({ code: 'E_BAD_TEMPLATE', message: expect.stringContaining(why) }),
    )
  })
})

test('never anything but a TspodError', () => {
  // biome-ignore format: a list
  const words = [
    '{{', '}}', '{{-', '-}}', '{{/*', '*/}}', '(', ')', '|', ':=', '=', ',', '$x', '$', '.ID', '.', ' ', '"', '`', "'", 'if', 'end',
    'else', 'range', 'with', 'define', 'template', 'block', '"t"', 'break', 'index', 'json', 'printf', 'len', 'slice', 'join',
    '.Names', '.Labels', '.Ports', '1', '-1', '0x1', '"%5d"', '"%[2]*.[1]*v"', 'and', 'eq', 'nil', 'html', 'js', 'urlquery',
  ]
  const piece = fc.oneof(fc.string({ maxLength: 6, unit: 'binary' }), fc.constantFrom(...words))
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
