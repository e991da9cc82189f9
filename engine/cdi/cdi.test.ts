import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { loadCdi } from './load-cdi.ts'
import { parseCdi } from './parse-cdi.ts'

const SPEC = {
  cdiVersion: '0.6.0',
  kind: 'vendor.com/gpu',
  containerEdits: { env: ['SHARED=1'], hooks: [{ hookName: 'createContainer', path: '/bin/true' }] },
  devices: [
    {
      name: '0',
      containerEdits: {
        env: ['OWN=0'],
        deviceNodes: [
          { path: '/dev/gpu0', hostPath: '/dev/real0' },
          { path: '/dev/ctl', permissions: 'r' },
        ],
        mounts: [{ hostPath: '/lib/x', containerPath: '/lib/../usr/x', options: ['ro'] }],
      },
    },
    { name: '1', containerEdits: { deviceNodes: [{ path: '/dev/gpu1' }] } },
  ],
}

function withFiles<T>(files: Record<string, string>, use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'cdi-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    return use(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const load = (names: readonly string[], files: Record<string, string>, warnings: string[] = []) =>
  withFiles(files, (directory) =>
    loadCdi(
      names.map((name) => ({ vendorClass: 'vendor.com/gpu', name })),
      (line) => warnings.push(line),
      [directory],
    ),
  )

test('devices bring their files, mounts and variables, and what all of a file have once', () => {
  const warnings: string[] = []
  expect(load(['0', '1'], { 'a.json': JSON.stringify(SPEC) }, warnings)).toEqual({
    devices: [
      { source: '/dev/real0', target: '/dev/gpu0', readonly: false },
      { source: '/dev/ctl', target: '/dev/ctl', readonly: true },
      { source: '/dev/gpu1', target: '/dev/gpu1', readonly: false },
    ],
    env: ['SHARED=1', 'OWN=0'],
    mounts: [{ destination: '/usr/x', type: 'bind', source: '/lib/x', options: ['rbind', 'ro'] }],
  })
  expect(warnings).toHaveLength(1)
})

test('what no file describes is said in one line, with what there is', () => {
  const missing = (files: Record<string, string>) => {
    try {
      return load(['9'], files)
    } catch (error) {
      return error
    }
  }
  expect(missing({})).toMatchObject({ code: 'E_NO_SUCH_DEVICE', hint: expect.stringContaining('nvidia-ctk') })
  expect(missing({ 'a.json': JSON.stringify(SPEC) })).toMatchObject({
    hint: 'there are vendor.com/gpu=0, vendor.com/gpu=1',
  })
  expect(missing({ 'a.yaml': 'kind: x' })).toMatchObject({ hint: expect.stringContaining('is YAML') })
})

test.for([
  'x',
  '[]',
  '{}',
  '{"kind":"a/b","devices":1}',
  '{"kind":"a/b","devices":[{"name":"0","containerEdits":{"deviceNodes":[{"path":"dev"}]}}]}',
  '{"kind":"a/b","containerEdits":{"env":[1]}}',
])('%s is no such file', (text) => {
  expect(() => parseCdi(text, '/etc/cdi/x.json')).toThrow(expect.objectContaining({ code: 'E_BAD_CDI' }))
})

test('any JSON is such a file or a TspodError', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        parseCdi(text, 'x')
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
