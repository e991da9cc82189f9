import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { runChild, startChild } from '../../base/child.ts'
import { commands } from '../../cli/commands/index.ts'
import { GLOBAL_OPTIONS } from '../../cli/config.ts'
import { findCommand } from '../../cli/find-command.ts'
import { parseCommand } from '../../cli/parse-command.ts'
import { commandsOf } from '../support/commands-of.ts'
import { expect, test } from '../support/fixtures.ts'
import { CHECKOUT, resultOf, TSPOD } from '../support/tspod.ts'

const EXAMPLES = (
  await Promise.all(Object.values(commands).map(async ({ load }) => (await load()).default.examples ?? []))
).flat()

test('every example is understood', async () => {
  for (const [line] of EXAMPLES) {
    const ours = commandsOf(line).filter(([program]) => program === 'tspod')
    expect(ours, line).not.toEqual([])
    for (const [, ...words] of ours) {
      const found = findCommand(commands, words)
      if (!found) throw new Error(`no command in ${line}`)
      const { default: command } = await found.entry.load()
      expect(() => parseCommand(command, found.argv, GLOBAL_OPTIONS), line).not.toThrow()
    }
  }
})

test('examples that need nothing but an image and a container do what they say', { timeout: 180_000 }, async ({
  tspod,
  directory,
}) => {
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  const program = `#!/bin/sh\nexec ${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} "$@"\n`
  writeFileSync(join(bin, 'tspod'), program, { mode: 0o755 })
  const env = {
    CONTAINERS_REGISTRIES_CONF: inject('registriesConf'),
    PATH: `${bin}:${process.env['PATH']}`,
  }
  const container = ['run', '-q', '-d', '--replace', '--name', 'web', '--network=none', 'alpine', 'sleep', 'inf']
  const lines = EXAMPLES.filter(([, , runs]) => runs).map(([line]) => line)
  expect(lines.length).toBeGreaterThan(30)
  for (const line of lines) {
    const state = await tspod('inspect', '-f', '{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}', 'web')
    if (state.stdout !== 'true no\n') await tspod(...container)
    const child = startChild('sh', ['-euc', line], {
      env: { ...process.env, ...env, TOKEN: 'secret' },
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(await resultOf(child), line).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/^error/m) })
  }
})

test('help is asked for in two ways, in the name of who is called, and fits the terminal', async ({
  tspod,
  directory,
}) => {
  const narrow = await tspod.with({ env: { COLUMNS: '60' } }, 'run', '--help')
  expect(narrow).toMatchObject({ exitCode: 0, stderr: '' })
  expect(narrow.stdout).toMatch(/^Limits:$/m)
  expect(narrow.stdout).toMatch(/^ +this directory$/m)
  expect(await tspod.with({ env: { COLUMNS: '60' } }, 'help', 'run')).toEqual(narrow)
  expect((await tspod('help', 'network')).stdout).toContain('tspod [options] network COMMAND')
  expect(await tspod('help', 'frob')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/^error: unknown command: frob /),
  })
  symlinkSync(TSPOD, join(directory, 'docker'))
  const asDocker = runChild(join(directory, 'docker'), ['stop', '--help'])
  expect(asDocker?.stdout).toContain('  docker stop [options] CONTAINER')
  expect(asDocker?.stdout).not.toContain('tspod')
})

test('there is a man page for each command, and nothing in it that troff does not know', () => {
  const directory = join(CHECKOUT, 'dist/man/man1')
  const pages = readdirSync(directory)
  expect(pages).toEqual(expect.arrayContaining(['tspod.1', 'tspod-run.1', 'tspod-image-trust-set.1']))
  expect(pages).toHaveLength(Object.values(commands).filter(({ hidden }) => !hidden).length + 1)
  const paths = pages.map((page) => join(directory, page))
  const lint = runChild('mandoc', ['-Tlint', '-W', 'warning', ...paths])
  expect(lint?.stdout.split('\n').filter((line) => line !== '' && !/missing date/.test(line))).toEqual([])
  const shown = runChild('mandoc', ['-Tascii', join(directory, 'tspod-run.1')])?.stdout.replaceAll(/.[\b]/g, '')
  expect(shown).toMatch(/-e, --env NAME\[=VALUE\]\n +set a variable \(may be given several times\)/)
})
