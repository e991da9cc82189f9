import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { loadCdi } from './load-cdi.ts'
import { parseCdi } from './parse-cdi.ts'
import { readDocument } from './read-document.ts'

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

async function load(names: readonly string[], files: Record<string, string>, warnings: string[] = []) {
  const directory = mkdtempSync(join(tmpdir(), 'cdi-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    const devices = names.map((name) => ({ vendorClass: 'vendor.com/gpu', name }))
    return await loadCdi(devices, (line) => warnings.push(line), [directory])
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('devices bring their files, mounts and variables, and what all of a file have once', async () => {
  const warnings: string[] = []
  expect(await load(['0', '1'], { 'a.json': JSON.stringify(SPEC) }, warnings)).toEqual({
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

/** As the usual generators write it. */
const YAML = `---
cdiVersion: 0.5.0
kind: vendor.com/gpu
devices:
    - name: "7"
      containerEdits: &edits
        deviceNodes:
            - path: /dev/gpu7
    - name: all
      containerEdits: *edits
`

test('YAML says the same as JSON, aliases included', async () => {
  for (const name of ['7', 'all'])
    expect(await load([name], { 'a.yaml': YAML })).toMatchObject({ devices: [{ source: '/dev/gpu7' }] })
})

/** Each of ten lines stands for ten of the one before. */
const BOMB = ['a0: &a0 [x]', ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`)]

test.for([
  ['no YAML', 'kind: [x'],
  ['aliases without end', BOMB.join('\n')],
  ['nesting without end', '['.repeat(20_000)],
  ['several documents', 'kind: a\n---\nkind: b'],
  ['more than anybody writes', `# ${'x'.repeat(1 << 20)}`],
  ['a number for a name', YAML.replace('"7"', '7')],
] as const)('%s spoils that file alone, and is said once', async ([, text]) => {
  const warnings: string[] = []
  const files = { 'a.yaml': text, 'b.json': JSON.stringify(SPEC), 'c.yml': '{' }
  expect(await load(['1'], files, warnings)).toMatchObject({ devices: [{ source: '/dev/gpu1' }] })
  expect(warnings.filter((line) => line.includes('is not valid'))).toEqual([
    expect.stringMatching(/\/a\.yaml is not valid: .*, and 1 more such files are not$/),
  ])
  await expect(load(['9'], files)).rejects.toMatchObject({
    code: 'E_NO_SUCH_DEVICE',
    hint: expect.stringMatching(/^mend this first: .*\/a\.yaml is not valid/),
  })
})

test('what no file describes is said in one line, with what there is', async () => {
  await expect(load(['9'], {})).rejects.toMatchObject({
    code: 'E_NO_SUCH_DEVICE',
    hint: expect.stringContaining('nvidia-ctk'),
  })
  await expect(load(['9'], { 'a.json': JSON.stringify(SPEC) })).rejects.toMatchObject({
    hint: 'there are vendor.com/gpu=0, vendor.com/gpu=1',
  })
})

test.for([
  'x',
  '[]',
  '{}',
  '{"kind":"a/b","devices":1}',
  '{"kind":"a/b","devices":[{"name":"0","containerEdits":{"deviceNodes":[{"path":"dev"}]}}]}',
  '{"kind":"a/b","containerEdits":{"env":[1]}}',
])('%s is no such file', async (text) => {
  const parse = async () => parseCdi(await readDocument(text, '/etc/cdi/x.json'), '/etc/cdi/x.json')
  await expect(parse()).rejects.toMatchObject({ code: 'E_BAD_CDI' })
})

test('any JSON is such a file or a TspodError', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        parseCdi(value, 'x')
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
