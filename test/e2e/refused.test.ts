import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { test as base } from '../support/on-terminal.ts'

const QUIET = ['-q', '--network=none'] as const
const AS_NOBODY_OF_OURS = ['-u', '1234:1234', '-v', './data:/data'] as const

interface Shown {
  readonly exitCode: number
  readonly text: string
}

const test = base.extend<{ show: (...args: string[]) => Promise<Shown>; data: string }>({
  show: async ({ onTerminal }, use) => {
    const env = { ...process.env, CONTAINERS_REGISTRIES_CONF: inject('registriesConf'), NO_COLOR: '1' }
    await use(async (...args) => {
      await using terminal = onTerminal(args, { columns: 400, env })
      const exitCode = await terminal.exitCode()
      const text = terminal.text().replaceAll('\r\n', '\n')
      return { exitCode, text }
    })
  },
  data: async ({ directory, tspod }, use) => {
    await tspod('pull', '-q', 'alpine')
    const data = join(directory, 'data')
    mkdirSync(data)
    chmodSync(data, 0o755)
    await use(data)
  },
})

const owner = `${process.getuid?.()}:${process.getgid?.()}`

test('run says whose a refused directory of the host is, and the flag that helps, after what the program wrote', async ({
  show,
  tspod,
  data,
}) => {
  const write = (...flags: string[]) => ['run', '--rm', ...QUIET, ...flags, 'alpine', 'sh', '-c', 'echo > /data/x']
  const hint = `hint: /data is ${data} of the host (owner ${owner}, inside 0:0, mode 755), which the program as 1234:1234 may not write: have the program be you: --userns=keep-id:uid=1234,gid=1234\n`
  expect(await show(...write(...AS_NOBODY_OF_OURS))).toEqual({
    exitCode: 1,
    text: `sh: can't create /data/x: Permission denied\n${hint}`,
  })
  expect((await show(...write('-it', ...AS_NOBODY_OF_OURS))).text).toMatch(/denied\nhint: \/data is /)
  // What it says does help.
  const mended = write(...AS_NOBODY_OF_OURS, '--userns=keep-id:uid=1234,gid=1234')
  expect(await tspod(...mended)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

test('what is in a mount, a name in the working directory, and a mount that is read-only', async ({ show, data }) => {
  writeFileSync(join(data, 'secret'), '')
  chmodSync(join(data, 'secret'), 0o600)
  // biome-ignore format: a table
  for (const [flags, script, hint] of [
    [['-v', './data:/data'],             'cat /data/secret',   /hint: \/data\/secret is \S+\/data\/secret of the host \(.*, mode 600\).* may not read, write: /],
    [['-v', './data:/data'],             'rm -f /data/secret', /hint: \/data is .* may not write: /],
    [['-v', './data:/src', '-w', '/src'], 'touch new',         /hint: \/src is .* may not write: /],
    [['-v', './data:/data:ro'],          'touch /data/x',      /hint: \/data is \S+ of the host, mounted read-only: leave "ro" out/],
  ] as const) {
    const { text } = await show('run', '--rm', ...QUIET, '-u', '1234', ...flags, 'alpine', 'sh', '-c', script)
    expect([script, text]).toEqual([script, expect.stringMatching(hint)])
  }
})

test("root in the container is its caller: root's own files on the host stay closed", async ({ show, data: _ }) => {
  const { text } = await show('run', '--rm', ...QUIET, '-v', '/etc/shadow:/shadow:ro', 'alpine', 'cat', '/shadow')
  expect(text).toMatch(
    /denied\nhint: \/shadow is \/etc\/shadow of the host \(owner somebody else, whose id you do not have, inside 65534:65534, mode 640\)/,
  )
  expect(text).toMatch(/: mount a directory of your own instead/)
  expect(text).not.toContain('setfacl')
})

test('a program or a working directory of the host that may not be used: the error says whose it is', async ({
  tspod,
  show,
  data,
}) => {
  const run = (...args: string[]) => tspod('run', '--rm', ...QUIET, '-v', './data:/data', ...args)
  writeFileSync(join(data, 'run.sh'), '#!/bin/sh\n', { mode: 0o644 })
  const hint = (words: string) => expect.stringMatching(new RegExp(`^error: could not .*\nhint: .*${words}`))
  const noProgram = hint(`/data/run.sh of the host .* may not run: make it executable: "chmod a\\+x ${data}/run.sh"\n$`)
  expect(await run('alpine', '/data/run.sh')).toMatchObject({ exitCode: 126, stderr: noProgram })
  const inShell = await show('run', '--rm', ...QUIET, '-v', './data:/data', 'alpine', 'sh', '-c', '/data/run.sh')
  expect(inShell).toMatchObject({ exitCode: 126, text: expect.stringContaining('make it executable') })
  chmodSync(join(data, 'run.sh'), 0o700)
  const others = hint(
    '/data/run.sh of the host .* may not read, run: have the program be you: --userns=keep-id:uid=1234,',
  )
  expect(await run('-u', '1234', 'alpine', '/data/run.sh')).toMatchObject({ exitCode: 126, stderr: others })
  expect((await run('alpine', '/data/run.sh')).exitCode).toBe(0)
  expect(await run('alpine', '/etc/passwd')).toMatchObject({ exitCode: 126, stderr: hint('chmod \\+x"') })
  chmodSync(data, 0o700)
  const closed = hint('/data is .* may not read, write, enter: have the program be you')
  expect(await run('-u', '1234', '-w', '/data', 'alpine', 'true')).toMatchObject({ exitCode: 125, stderr: closed })
  const other = await run('-u', '1234', '--tmpfs', '/own:mode=700', '-w', '/own', 'alpine', 'true')
  expect(other).toMatchObject({ exitCode: 125, stderr: hint('--workdir') })
})

test('start -a says it too, and why as well', async ({ show, tspod, data }) => {
  await tspod('create', ...QUIET, '--name', 'box', ...AS_NOBODY_OF_OURS, 'alpine', 'touch', '/data/x')
  expect((await show('start', '-a', 'box')).text).toMatch(/denied\nhint: \/data is .*--userns=keep-id:uid=1234/)
  const { closed } = JSON.parse((await tspod('why', '--json', 'box')).stdout) as { closed: unknown }
  expect(closed).toMatchObject([{ hostPath: data, path: '/data', missing: ['write'] }])
})

test('nothing is said where it is no mount that was refused, or nobody reads it', async ({ show, tspod, data }) => {
  const run = ['run', '--rm', ...QUIET, ...AS_NOBODY_OF_OURS] as const
  const sh = (script: string) => ['alpine', 'sh', '-c', script] as const
  const write = sh('echo > /data/x')
  // biome-ignore format: a table
  for (const args of [
    [...run, ...sh('cat /etc/shadow')],
    [...run, ...sh('echo /data: Permission denied')],
    [...run, ...sh('echo /data/x: no such thing; exit 1')],
    [...run, ...sh('echo ping: permission denied; exit 1')],
    [...run, ...sh('echo /data: Permission denied; kill -TERM $$')],
    [...run, '--log-driver=none', ...write],
    ['run', '--rm', ...QUIET, '-v', './data:/data', ...sh('echo /data/x: Permission denied; exit 1')],
    ['--ci', ...run, ...write],
    ['--json', ...run, ...write],
  ]) expect([args, (await show(...args)).text]).toEqual([args, expect.not.stringContaining('hint')])
  expect((await tspod(...run, ...write)).stderr).toBe("sh: can't create /data/x: Permission denied\n")
  expect((await tspod('--log-level=debug', ...run, ...write)).stderr).toContain(`hint: /data is ${data} of the host`)
  // Without a log the status has to say it.
  expect((await show(...run, '--log-driver=none', ...sh('exit 126'))).text).toContain('hint: /data is ')
})

test('what is behind a link of the container is not looked at', async ({ show, tspod, data: _ }) => {
  const link = ['run', '--rm', ...QUIET, '-v', './data:/data', 'alpine', 'ln', '-s', '/root', '/data/link'] as const
  expect((await tspod(...link)).exitCode).toBe(0)
  const args = ['alpine', 'sh', '-c', 'echo /data/link/x: Permission denied; exit 1'] as const
  const { text } = await show('run', '--rm', ...QUIET, ...AS_NOBODY_OF_OURS, ...args)
  expect(text).toBe('/data/link/x: Permission denied\n')
})
