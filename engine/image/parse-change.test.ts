import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { applyChanges } from './apply-changes.ts'
import { type Change, parseChange } from './parse-change.ts'

// biome-ignore format: a table
const GOOD: readonly (readonly [text: string, change: Change])[] = [
  ['CMD ["a", "b c"]',               { kind: 'Cmd', words: ['a', 'b c'] }],
  ['cmd a "b c"',                    { kind: 'Cmd', words: ['/bin/sh', '-c', 'a "b c"'] }],
  ['CMD=/bin/bash',                  { kind: 'Cmd', words: ['/bin/sh', '-c', '/bin/bash'] }],
  ['CMD []',                         { kind: 'Cmd', words: [] }],
  ['CMD [ -e /x ]',                  { kind: 'Cmd', words: ['/bin/sh', '-c', '[ -e /x ]'] }],
  ['ENTRYPOINT ["x"]',               { kind: 'Entrypoint', words: ['x'] }],
  ['ENV A=1 B="two words" C=\\$x',   { kind: 'Env', pairs: [['A', '1'], ['B', 'two words'], ['C', '$x']] }],
  ['ENV A the rest',                 { kind: 'Env', pairs: [['A', 'the rest']] }],
  ["ENV A='$HOME' B=${HOME} C=${NO:-d} D=${HOME:+e}", { kind: 'Env', pairs: [['A', '$HOME'], ['B', '/h'], ['C', 'd'], ['D', 'e']] }],
  ['ENV=A=1',                        { kind: 'Env', pairs: [['A', '1']] }],
  ['EXPOSE 80 443/TCP 8000-8001/udp', { kind: 'ExposedPorts', names: ['80/tcp', '443/tcp', '8000/udp', '8001/udp'] }],
  ['LABEL "a b"=c d=',               { kind: 'Labels', pairs: [['a b', 'c'], ['d', '']] }],
  ['ONBUILD RUN  make',              { kind: 'OnBuild', text: 'RUN  make' }],
  ['STOPSIGNAL SIGINT',              { kind: 'StopSignal', text: 'SIGINT' }],
  ['USER $HOME',                     { kind: 'User', text: '/h' }],
  ['VOLUME /a /b',                   { kind: 'Volumes', names: ['/a', '/b'] }],
  ['VOLUME ["/a b"]',                { kind: 'Volumes', names: ['/a b'] }],
  ['WORKDIR "/x y"',                 { kind: 'WorkingDir', text: '/x y' }],
  ['HEALTHCHECK NONE',               { kind: 'Healthcheck', check: { Test: ['NONE'] } }],
  ['HEALTHCHECK --interval=1m30s --timeout=500ms --retries=2 CMD ["x"]', { kind: 'Healthcheck', check: { Test: ['CMD', 'x'], Interval: 90e9, Timeout: 5e8, Retries: 2 } }],
]

test.for(GOOD)('%s', ([text, change]) => {
  expect(parseChange(text, new Map([['HOME', '/h']]))).toEqual(change)
})

test.for([
  '',
  'CMD',
  'CMD ',
  'FROM x',
  'ENV A',
  'ENV =1',
  'EXPOSE 0',
  'EXPOSE 9-8',
  'EXPOSE x',
  'USER a b',
  'HEALTHCHECK x',
  'HEALTHCHECK --bad=1 NONE',
  'HEALTHCHECK --interval=x NONE',
  'CMD a\0b',
  '__proto__ x',
])('%j is refused', (text) => {
  expect(() => parseChange(text)).toThrow(expect.objectContaining({ code: 'E_BAD_CHANGE' }))
})

test('any text is a change or a TspodError', () => {
  const word = fc.constantFrom('CMD', 'ENV', 'EXPOSE', 'LABEL', 'VOLUME', 'HEALTHCHECK', 'WORKDIR')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(word, fc.string({ unit: 'binary' })).map((parts) => parts.join(' ')),
      ),
      (text) => {
        try {
          applyChanges({}, [text])
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      },
    ),
  )
})

test('changes are made one after the other, and what nobody changes stays', () => {
  const config = { Env: ['A=1', 'PATH=/bin'], Labels: { a: 'b' }, WorkingDir: '/x', Shell: ['sh'], OnBuild: ['RUN x'] }
  expect(
    applyChanges(config, ['ENV A=2', 'ENV B=$A$PATH', 'WORKDIR y', 'LABEL __proto__=z', 'ONBUILD RUN y', 'VOLUME /v']),
  ).toEqual({
    Env: ['A=2', 'PATH=/bin', 'B=2/bin'],
    Labels: Object.fromEntries([
      ['a', 'b'],
      ['__proto__', 'z'],
    ]),
    WorkingDir: '/x/y',
    Shell: ['sh'],
    OnBuild: ['RUN x', 'RUN y'],
    Volumes: { '/v': {} },
  })
  expect(config.Env).toEqual(['A=1', 'PATH=/bin'])
})
