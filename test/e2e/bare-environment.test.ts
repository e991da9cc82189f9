import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { type Result, resultOf, TSPOD } from '../support/tspod.ts'

const RUN = ['run', '-d', '-q', '--network=none', '--name', 'box', 'alpine', 'sleep', 'inf'] as const

test('cron, su and ssh without a session find the containers of the session', async ({ directory }) => {
  const session = `/run/user/${process.getuid?.()}`
  const env = { ...process.env, XDG_RUNTIME_DIR: '' }
  const call = ['--root', join(directory, 'root'), 'info', '--format', '{{.Store.RunRoot}}']
  const { stdout } = await resultOf(startChild(TSPOD, call, { stdio: ['ignore', 'pipe', 'pipe'], env }))
  expect(process.env['XDG_RUNTIME_DIR']).toBe(session)
  expect(stdout).toBe(`${session}/tspod\n`)
})

test('with another runtime directory no container is lost: it is said where it runs', async ({ tspod, directory }) => {
  const call = (runtime: string, ...args: string[]): Promise<Result> => {
    mkdirSync(join(directory, runtime), { recursive: true, mode: 0o700 })
    const env = { ...process.env, XDG_RUNTIME_DIR: join(directory, runtime) }
    return resultOf(startChild(TSPOD, ['--root', tspod.root, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env }))
  }
  const { stdout: id } = await tspod(...RUN)
  const state = ['inspect', '--format', '{{.State.Status}} {{.State.Pid}}', 'box'] as const
  const { stdout: before } = await tspod(...state)

  expect((await call('other', 'ps', '-q', '--no-trunc')).stdout).toBe(id)
  for (const words of ['stop box', 'rm -f box', 'kill box', 'exec box true', 'restart box', 'start box', 'top box']) {
    const refused = await call('other', ...words.split(' '))
    expect(refused.stderr).toContain('[E_RUNS_ELSEWHERE]\n')
    expect(refused.stderr).toContain(`hint: it was started with ${tspod.runroot}: use --runroot ${tspod.runroot}\n`)
    expect(refused.exitCode).not.toBe(0)
  }
  // what holds the user namespace of that directory
  process.kill(Number(readFileSync(join(directory, 'other/tspod/holder'), 'utf8').split(' ')[0]))
  expect((await tspod(...state)).stdout).toBe(before)
  expect(await tspod('exec', 'box', 'echo', 'on')).toMatchObject({ exitCode: 0, stdout: 'on\n' })
  expect(await tspod('rm', '-f', '-t', '0', 'box')).toMatchObject({ exitCode: 0 })
})

test.for([
  ['stop', '-t', '10'],
  ['restart', '-t', '10'],
  ['rm', '-f', '-t', '0'],
])(
  'where something has removed the runtime files, %j works: it ends what nothing else can',
  async (verb, { tspod, host }) => {
    const before = host.traces()
    const polite = 'trap "touch /ended; exit 7" TERM; echo up; while :; do sleep 0.05; done'
    await tspod('run', '-d', '-q', '--name', 'box', 'alpine', 'sh', '-c', polite)
    await expect.poll(async () => (await tspod('logs', 'box')).stdout).toBe('up\n')
    rmSync(join(tspod.runroot, 'containers'), { recursive: true })
    for (const other of ['kill', 'top', 'start']) {
      const { exitCode, stderr } = await tspod(other, 'box')
      expect(exitCode).toBe(125)
      expect(stderr).toContain('hint: those were removed: end it with "tspod stop box", then it can be started anew\n')
    }

    expect(await tspod(...verb, 'box')).toEqual({ exitCode: 0, stdout: 'box\n', stderr: '' })
    if (verb[0] !== 'rm') {
      expect((await tspod('diff', 'box')).stdout).toContain('A /ended\n')
      expect(await tspod('start', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await tspod('exec', 'box', 'echo', 'on')).toMatchObject({ exitCode: 0, stdout: 'on\n' })
      expect(await tspod('rm', '-f', '-t', '0', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
    }
    await expect.poll(() => host.traces()).toEqual(before)
  },
)

const PIPES = ['ignore', 'pipe', 'pipe'] as const

test('in a directory that was removed a list works, and what needs it says so, without a stack', async ({
  tspod,
  directory,
}) => {
  const call = async (...args: string[]): Promise<Result> => {
    const words = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, ...args]
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    return await resultOf(startChild('sh', ['-c', script, 'sh', ...words], { cwd: directory, stdio: [...PIPES] }))
  }
  expect((await call('volume', 'ls', '-n')).exitCode).toBe(0)
  const { exitCode, stderr } = await call('load', '-i', 'x.tar')
  expect(exitCode).toBe(125)
  expect(stderr).toMatch(/^error: the directory you are in has been removed \[E_NO_DIRECTORY\]\nhint: .*\n$/m)
  expect(stderr).not.toMatch(/^ +at /m)
})

test('without HOME it is the one that the system knows', async ({ directory }) => {
  const env = { PATH: process.env['PATH'], XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'], XDG_DATA_HOME: directory }
  const call = startChild(TSPOD, ['unshare', 'sh', '-c', 'echo $HOME'], { env, stdio: [...PIPES] })
  expect((await resultOf(call)).stdout).toBe(`${userInfo().homedir}\n`)
})

test('programs of the system are not needed to find the session, and it is said which is missing', async ({
  directory,
}) => {
  const call = (runtime: string): Promise<Result> => {
    const env = { ...process.env, PATH: '/nowhere', XDG_RUNTIME_DIR: runtime }
    return resultOf(startChild(TSPOD, ['--root', join(directory, 'root'), 'volume', 'ls'], { stdio: [...PIPES], env }))
  }
  expect(await call('')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await call(directory)).toEqual({
    exitCode: 125,
    stdout: '',
    stderr: `error: could not make the directory ${directory}/tspod: there is no mkdir in PATH\nhint: have /usr/bin and /bin in PATH\n`,
  })
})

test('a stream that is closed is as /dev/null', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  const call = (redirection: string): Promise<Result> => {
    const run = 'run --rm --network=none alpine sh -c "cat; echo out; echo err >&2"'
    const script = `exec "$0" --root ${tspod.root} --runroot ${tspod.runroot} ${run} ${redirection}`
    return resultOf(startChild('sh', ['-c', script, TSPOD], { stdio: [...PIPES] }))
  }
  expect(await call('2>&-')).toEqual({ exitCode: 0, stdout: 'out\n', stderr: '' })
  expect(await call('>&-')).toEqual({ exitCode: 0, stdout: '', stderr: 'err\n' })
  expect(await call('<&- >&- 2>&-')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

test('output that cannot be written is never missing without a word', async ({ tspod }) => {
  const call = async (words: string): Promise<Result> => {
    const script = `exec "$0" --root ${tspod.root} --runroot ${tspod.runroot} ${words} >/dev/full`
    return await resultOf(startChild('sh', ['-c', script, TSPOD], { stdio: [...PIPES] }))
  }
  const run = 'run --rm -q --network=none alpine'
  await tspod('pull', '-q', 'alpine')
  await tspod(...RUN)
  const full = ': no space left on device [E_OUTPUT]\n'
  for (const [words, exitCode, error] of [
    ['ps', 125, `error: could not write the output${full}`],
    [`${run} echo on`, 125, `error: could not write all that was printed${full}`],
    [`${run} sh -c 'echo on; exit 3'`, 3, `error: could not write all that was printed${full}`],
    ['exec box echo on', 125, `error: could not write all that was printed${full}`],
    [`${run} true`, 0, ''],
  ] as const) {
    expect(await call(words)).toEqual({ exitCode, stdout: '', stderr: error })
  }
  // Nor is it forgotten when another stream has nobody who reads it.
  const script = `exec "$0" --root ${tspod.root} --runroot ${tspod.runroot} ${run} sh -c 'echo out; echo err >&2' >/dev/full`
  const child = startChild('sh', ['-c', script, TSPOD], { stdio: [...PIPES] })
  child.stderr?.destroy()
  expect((await resultOf(child)).exitCode).toBe(125)
})
