import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseEnv, parseEnvFile } from './parse-env.ts'
import { processEnv } from './process-env.ts'

const HOST = { HOME: '/home/me', LANG: 'C', LC_ALL: 'C', LC_TIME: 'de', GONE: undefined }

function envOf(request: object, imageEnv: readonly string[] = [], files: Record<string, string> = {}): string[] {
  const readText = (path: string): string => files[path] ?? ''
  return processEnv({ request, imageEnv, hostEnv: HOST, hostname: 'box', home: '/root', readText })
}

test('the defaults', () => {
  expect(envOf({})).toEqual([
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'container=oci',
    'HOSTNAME=box',
    'HOME=/root',
  ])
  expect(envOf({ tty: true })).toContain('TERM=xterm')
})

test('options win over files, files over the image, the image over the defaults', () => {
  const env = envOf(
    { env: ['C=option'], envFiles: ['f'] },
    ['PATH=/bin', 'A=image', 'B=image', 'C=image', 'HOME=/srv'],
    {
      f: 'B=file\nC=file\n',
    },
  )
  expect(env).toEqual(['PATH=/bin', 'container=oci', 'HOSTNAME=box', 'HOME=/srv', 'A=image', 'B=file', 'C=option'])
})

test('proxies of the caller are passed on, and the request wins over them', () => {
  const options = { imageEnv: [], hostname: 'box', home: '/', readText: () => '' }
  const hostEnv = { http_proxy: 'http://proxy', NO_PROXY: 'localhost' }
  const env = processEnv({ ...options, hostEnv, request: { env: ['NO_PROXY=all'] } })
  expect(env.slice(-2)).toEqual(['http_proxy=http://proxy', 'NO_PROXY=all'])
  expect(processEnv({ ...options, hostEnv, request: { httpProxy: false } }).join()).not.toMatch(/proxy/i)
})

test('the caller’s variables, merged ones, and those that are taken away', () => {
  expect(envOf({ envHost: true }, ['LANG=image'])).toEqual([
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'container=oci',
    'HOSTNAME=box',
    'HOME=/home/me',
    'LANG=image',
    'LC_ALL=C',
    'LC_TIME=de',
  ])
  const merged = envOf({ envMerge: ['A=${A}-$B-${NONE}x', 'C=$'] }, ['A=a', 'B=b'])
  expect(merged).toEqual(expect.arrayContaining(['A=a-b-x', 'C=$']))
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  expect(envOf({ envMerge: ['PATH=${PATH}:/z'] }, [])[0]).toBe(`PATH=${path}:/z`)
  expect(envOf({ envMerge: ['PATH=${PATH}:/z'] }, ['PATH=/own'])[0]).toBe('PATH=/own:/z')
  expect(envOf({ unsetenv: ['HOME', 'A'], env: ['A=mine'] }, ['A=image'])).not.toContain('HOME=/root')
  expect(envOf({ unsetenv: ['HOME', 'A'], env: ['A=mine'] }, ['A=image'])).toContain('A=mine')
  expect(envOf({ unsetenvAll: true, env: ['A=1'] }, ['B=2'])).toEqual(['A=1'])
})

test.for([
  ['A=b', [['A', 'b']]],
  ['A=b=c', [['A', 'b=c']]],
  ['A=', [['A', '']]],
  ['', []],
  ['HOME', [['HOME', '/home/me']]],
  ['NONE', []],
  ['GONE', []],
  ['toString', []],
  [
    'LC_*',
    [
      ['LC_ALL', 'C'],
      ['LC_TIME', 'de'],
    ],
  ],
] as const)('-e %s', ([text, variables]) => {
  expect(parseEnv(text, HOST)).toEqual(variables)
})

test('a file has comments, empty lines, values with quotes and spaces as they are, and names from the caller', () => {
  const text = '\uFEFF# comment\r\nA="1 2" # not a comment\r\n\r\n  B=3\nLANG\nNONE\n'
  expect(parseEnvFile(text, 'f', HOST)).toEqual([
    ['A', '"1 2" # not a comment'],
    ['B', '3'],
    ['LANG', 'C'],
  ])
})

test('a bad line is named', () => {
  expect(() => parseEnvFile('A=1\nexport B=2\n', 'my.env', HOST)).toThrow(/the name has a space \(my\.env, line 2\)/)
  expect(() => parseEnvFile('=1', 'my.env', HOST)).toThrow(expect.objectContaining({ code: 'E_BAD_ENV' }))
})

test('whatever the text, variables have a name and no NUL, or a TspodError comes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.string()).map((lines) => lines.join('\n')),
      ),
      (text) => {
        for (const parse of [() => parseEnv(text, HOST), () => parseEnvFile(text, 'f', HOST)]) {
          try {
            for (const [name, value] of parse()) {
              expect(name).not.toBe('')
              expect(name + value).not.toContain('\0')
            }
          } catch (error) {
            expect(error).toBeInstanceOf(TspodError)
          }
        }
      },
    ),
    { numRuns: 200 },
  )
})
