import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { isAlive, monitorConnections, recordedProcesses } from '../support/processes.ts'
import { resultOf, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const NONE = '--network=none'
const STUBBORN = 'trap "" TERM; echo up; while :; do sleep 0.05; done'

async function stateOf(tspod: Tspod, ref: string): Promise<string> {
  return (await tspod('inspect', '--format', '{{.State.Status}}', ref)).stdout.trim()
}

/** `name state`, sorted. */
async function states(tspod: Tspod): Promise<string[]> {
  const { stdout } = await tspod('ps', '-a', '--format', '{{.Names}} {{.State}}')
  return stdout.split('\n').filter(Boolean).sort()
}

async function create(tspod: Tspod, name: string, ...options: string[]): Promise<string> {
  const made = await tspod('create', '-q', '--name', name, NONE, ...options, 'alpine', 'sleep', 'inf')
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) })
  return made.stdout.trim()
}

/** Its program has said so. */
async function isUp(tspod: Tspod, name: string): Promise<void> {
  await expect.poll(async () => (await tspod('logs', name)).stdout).toBe('up\n')
}

function said(...lines: string[]) {
  return { exitCode: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '' }
}

describe('create and start', () => {
  test('a created container is there, does not run, and starts as often as it is told', async ({
    tspod,
    directory,
  }) => {
    const script = 'echo "$A"; echo again >> /runs; wc -l < /runs; exit 4'
    const made = await tspod(
      ...['create', '-q', '--name', 'box', '--cidfile', 'cid', NONE, '-e', 'A=told', 'alpine', 'sh', '-c', script],
    )
    const id = made.stdout.trim()
    expect(readFileSync(join(directory, 'cid'), 'utf8')).toBe(id)
    expect(await states(tspod)).toEqual(['box created'])
    expect(recordedProcesses(tspod, id)).toBeUndefined()
    expect(await tspod('wait', 'box')).toEqual(said('0'))
    for (const runs of [1, 2]) {
      expect(await tspod('start', id.slice(0, 6))).toEqual(said(id.slice(0, 6)))
      expect(await tspod('wait', 'box')).toEqual(said('4'))
      expect(await states(tspod)).toEqual(['box exited'])
      expect((await tspod('logs', 'box')).stdout.endsWith(`told\n${runs}\n`)).toBe(true)
    }
    expect(await tspod('rm', 'box')).toEqual(said('box'))
  })

  test('start takes several, leaves running ones alone, and goes on after one that does not exist', async ({
    tspod,
  }) => {
    await create(tspod, 'one')
    await create(tspod, 'two')
    const both = await tspod('start', 'one', 'nope', 'two')
    expect(both).toMatchObject({ exitCode: 125, stdout: 'one\ntwo\n' })
    expect(both.stderr).toMatch(/^error: no container nope \[E_CONTAINER_NOT_FOUND\]\nhint: [^\n]+\n$/)
    const { first } = recordedProcesses(tspod, (await tspod('ps', '-q', '--no-trunc', '-l')).stdout.trim()) ?? {}
    expect(await tspod('start', 'one', 'two')).toEqual(said('one', 'two'))
    expect(recordedProcesses(tspod, (await tspod('ps', '-q', '--no-trunc', '-l')).stdout.trim())?.first).toBe(first)
    await tspod('rm', '-f', '-t', '0', '-a')
  })

  test('start --all, --filter, --latest and --cidfile', async ({ tspod }) => {
    const one = await create(tspod, 'one', '--label', 'group=a')
    const two = await create(tspod, 'two', '--label', 'group=a', '--cidfile', 'two.id')
    const three = await create(tspod, 'three')
    expect(await tspod('start', '--filter', 'label=group=a', '--filter', 'name=one')).toEqual(said(one))
    expect(await tspod('start', '--latest')).toEqual(said(three))
    expect(await tspod('stop', '-t', '0', '-l')).toEqual(said(three))
    expect(await tspod('start', '--cidfile', 'two.id')).toEqual(said(two))
    expect(await tspod('start', '--all')).toEqual(said(three))
    expect(await states(tspod)).toEqual(['one running', 'three running', 'two running'])
    expect(await tspod('rm', '-f', '-t', '0', '-a')).toMatchObject({ exitCode: 0 })
  })

  test('start --attach is its output and its exit code, of one container only', async ({ tspod }) => {
    const script = 'cat; echo out; echo err >&2; exit 9'
    await tspod('create', '-qi', '--name', 'box', NONE, 'alpine', 'sh', '-c', script)
    expect(await tspod.with({ input: 'in\n' }, 'start', '-a', '-i', 'box')).toEqual({
      exitCode: 9,
      stdout: 'in\nout\n',
      stderr: 'err\n',
    })
    await create(tspod, 'other')
    expect(await tspod('start', '-a', 'box', 'other')).toMatchObject({ exitCode: 125, stdout: '' })
    expect(await states(tspod)).toEqual(['box exited', 'other created'])
  })

  test('create --rm stays until it has been started and has ended', async ({ tspod, host }) => {
    await tspod('run', '--rm', '-q', NONE, 'alpine', 'true')
    const before = host.traces()
    await create(tspod, 'passing', '--rm')
    await tspod('run', '--rm', '-q', NONE, 'alpine', 'true') // sweeps what was abandoned
    expect(await states(tspod)).toEqual(['passing created'])
    expect(await tspod('start', 'passing')).toEqual(said('passing'))
    expect(await tspod('stop', '-t', '0', 'passing')).toEqual(said('passing'))
    expect(await states(tspod)).toEqual([])
    await until('nothing is left', () => JSON.stringify(host.traces()) === JSON.stringify(before))
  })

  test('one that cannot be started says why, and stays as it was', async ({ tspod }) => {
    await tspod('create', '-q', '--name', 'bad', NONE, 'alpine', '/no/such')
    const failed = await tspod('start', 'bad')
    expect(failed).toMatchObject({ exitCode: 127, stdout: '' })
    expect(failed.stderr).toMatch(/^error: [^\n]+\/no\/such[^\n]+\n/)
    expect(await states(tspod)).toEqual(['bad created'])
  })

  test('--replace takes the place of the one with the name, whatever that does', async ({ tspod }) => {
    const old = await create(tspod, 'box', '--stop-timeout', '0')
    await tspod('start', 'box')
    const replaced = await tspod('run', '-d', '-q', '--replace', '--name', 'box', NONE, 'alpine', 'sleep', 'inf')
    expect(replaced.exitCode).toBe(0)
    expect(await states(tspod)).toEqual(['box running'])
    expect(await tspod('container', 'exists', old)).toMatchObject({ exitCode: 1 })
    // the beginning of an id is no name
    const prefix = replaced.stdout.slice(0, 8)
    expect((await tspod('create', '-q', '--replace', '--name', prefix, NONE, 'alpine', 'true')).exitCode).toBe(0)
    expect(await tspod('container', 'exists', 'box')).toMatchObject({ exitCode: 0 })
    expect(await tspod('create', '--replace', NONE, 'alpine', 'true')).toMatchObject({ exitCode: 125 })
    await tspod('rm', '-f', '-t', '0', '-a')
  })
})

describe('stop, restart, kill', () => {
  test('several are stopped side by side, and killed when their time is over', async ({ tspod }) => {
    const names = ['one', 'two', 'three', 'four']
    for (const name of names) {
      const child = tspod.spawn(['run', '--name', name, NONE, 'alpine', 'sh', '-c', STUBBORN])
      await new Promise((resolve) => child.stdout?.once('data', resolve))
    }
    const graceMs = 3000
    const startMs = performance.now()
    expect(await tspod('stop', '-t', `${graceMs / 1000}`, ...names)).toEqual(said(...names))
    expect(performance.now() - startMs).toBeGreaterThan(graceMs)
    expect(performance.now() - startMs).toBeLessThan(names.length * graceMs) // one after the other it would be more
    expect(await tspod('wait', ...names)).toEqual(said('137', '137', '137', '137'))
  })

  test('stop by --all, --filter, --cidfile, with a signal, and of what does not exist', async ({ tspod }) => {
    const script = 'trap "exit 7" USR1; echo up; while :; do sleep 0.02; done'
    for (const name of ['one', 'two', 'three']) {
      await tspod('run', '-dq', '--name', name, '--cidfile', name, NONE, 'alpine', 'sh', '-c', script)
      await isUp(tspod, name)
    }
    expect(await tspod('stop', '-s', 'USR1', '--filter', 'name=one')).toMatchObject({ exitCode: 0 })
    expect(await tspod('wait', 'one')).toEqual(said('7'))
    expect(await tspod('stop', '-t', '0', '--cidfile', 'two')).toMatchObject({ exitCode: 0 })
    expect(await states(tspod)).toEqual(['one exited', 'three running', 'two exited'])
    const all = await tspod('stop', '-t', '0', '--all')
    expect(all.stdout).toMatch(/^[0-9a-f]{64}\n$/)
    expect(await tspod('stop', 'one', 'two')).toEqual(said('one', 'two'))
    expect(await tspod('stop', '-i', 'nope')).toEqual(said())
    expect(await tspod('stop', 'nope')).toMatchObject({ exitCode: 125 })
    expect(await tspod('stop', '-i', '--cidfile', 'nope')).toEqual(said())
    expect(await tspod('stop', '--cidfile', 'nope')).toMatchObject({ exitCode: 125 })
    writeFileSync(join(tspod.root, '../bad'), '../../etc/passwd\n')
    expect(await tspod('stop', '--cidfile', 'bad')).toMatchObject({
      stderr: expect.stringMatching(/^error: there is no container id in bad \[E_CIDFILE\]\n$/),
    })
  })

  test('restart stops and starts, whatever the state, and --running those that run', async ({ tspod }) => {
    const one = await create(tspod, 'one', '--rm')
    const two = await create(tspod, 'two')
    expect(await tspod('restart', 'one')).toEqual(said('one'))
    const { first } = recordedProcesses(tspod, one) ?? {}
    expect(await tspod('restart', '-t', '0', '--running')).toEqual(said(one))
    expect([undefined, first]).not.toContain(recordedProcesses(tspod, one)?.first)
    expect(await states(tspod)).toEqual(['one running', 'two created'])
    expect((await tspod('restart', '-t', '0', '--all')).stdout.split('\n').sort()).toEqual(['', one, two].sort())
    expect(await states(tspod)).toEqual(['one running', 'two running'])
    await tspod('pause', 'two')
    expect(await tspod('restart', '-t', '0', 'two')).toMatchObject({ exitCode: 0, stdout: 'two\n' })
    expect(await states(tspod)).toEqual(['one running', 'two running'])
    await tspod('rm', '-f', '-t', '0', '-a')
  })

  test('kill sends a signal by name or number, and refuses what does not run', async ({ tspod }) => {
    const id = await create(tspod, 'box', '--cidfile', 'cid')
    const refused = await tspod('kill', 'box')
    expect(refused).toMatchObject({ exitCode: 125, stdout: '' })
    expect(refused.stderr).toContain('box is not running, it is created [E_CONTAINER_NOT_RUNNING]')
    await tspod('start', 'box')
    expect(await tspod('kill', '-s', 'nonsense', 'box')).toMatchObject({ exitCode: 125 })
    expect(await tspod('kill', '-s', '9', '--cidfile', 'cid')).toEqual(said(id))
    expect(await tspod('wait', 'box')).toEqual(said('137'))
    await tspod('start', 'box')
    expect(await tspod('kill', '--all')).toEqual(said(id))
    await tspod('wait', 'box')
    expect(await tspod('kill', 'box')).toMatchObject({ exitCode: 125 })
  })
})

describe('pause and unpause', () => {
  const count = 'i=0; while :; do i=$((i+1)); echo $i > /tmp/count; done'

  test.for([['freezer'], ['processes']] as const)(
    'by %s: nothing runs on, and all of it goes on',
    async ([by], { tspod }) => {
      const { stdout } = await tspod('info', '--format', '{{.Host.CgroupManager}}')
      const script = `(${count}) & while :; do sh -c : ; done`
      await using box = await tspod.start('--name', 'box', NONE, 'alpine', 'sh', '-c', script)
      const isFreezer = by === 'freezer' && stdout.trim() !== 'none'
      if (!isFreezer) rmSync(join(tspod.runroot, 'containers', box.id, 'cgroup'), { force: true })
      const { first = 0 } = recordedProcesses(tspod, box.id) ?? {}
      const counted = () => readFileSync(`/proc/${first}/root/tmp/count`, 'utf8')
      await until('it counts', () => existsSync(`/proc/${first}/root/tmp/count`))
      const paused = await tspod('pause', 'box')
      expect(paused).toMatchObject({ exitCode: 0, stdout: 'box\n' })
      expect(paused.stderr).toMatch(isFreezer ? /^$/ : /^warning: box has no cgroup that can be frozen, [^\n]+\n$/)
      expect(await stateOf(tspod, 'box')).toBe('paused')
      const held = counted()
      expect(await tspod('unpause', 'nope')).toMatchObject({ exitCode: 125 })
      expect(counted()).toBe(held)
      expect(await tspod('unpause', 'box')).toEqual(said('box'))
      expect(await stateOf(tspod, 'box')).toBe('running')
      await until('it counts on', () => counted() !== held)
    },
  )

  test('processes of a namespace that the container made are held, too', async ({ tspod }) => {
    const inner = `echo inner; ${count}`
    const options = ['--cap-add', 'SYS_ADMIN', NONE, '--name', 'box']
    await using box = await tspod.start(...options, 'alpine', 'unshare', '-p', '-f', 'sh', '-c', inner)
    rmSync(join(tspod.runroot, 'containers', box.id, 'cgroup'), { force: true })
    const { first = 0 } = recordedProcesses(tspod, box.id) ?? {}
    await until('it counts', () => existsSync(`/proc/${first}/root/tmp/count`))
    const child = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').trim()
    expect(readFileSync(`/proc/${child}/status`, 'utf8')).toMatch(/^NSpid:(\t\d+)*\t2\t1$/m)
    await tspod('pause', 'box')
    expect(readFileSync(`/proc/${child}/status`, 'utf8')).toMatch(/^State:\tT/m)
    await tspod('unpause', 'box')
    expect(readFileSync(`/proc/${child}/status`, 'utf8')).not.toMatch(/^State:\tT/m)
  })

  test('--all, and stop, kill and rm -f of a paused one', async ({ tspod, host }) => {
    await tspod('run', '--rm', '-q', NONE, 'alpine', 'true')
    const before = host.traces()
    const script = 'trap "exit 3" TERM; echo up; while :; do sleep 0.02; done'
    for (const name of ['one', 'two', 'three']) {
      await tspod('run', '-d', '--name', name, NONE, 'alpine', 'sh', '-c', script)
      await isUp(tspod, name)
    }
    expect((await tspod('pause', '--all')).stdout.split('\n')).toHaveLength(4)
    expect(await states(tspod)).toEqual(['one paused', 'three paused', 'two paused'])
    expect(await tspod('stop', 'one')).toEqual(said('one'))
    expect(await tspod('wait', 'one')).toEqual(said('3')) // it got to see its signal
    expect(await tspod('kill', 'two')).toEqual(said('two'))
    expect(await tspod('wait', 'two')).toEqual(said('137'))
    expect(await tspod('start', 'two')).toEqual(said('two'))
    expect(await states(tspod)).toEqual(['one exited', 'three paused', 'two running'])
    expect(await tspod('rm', 'three')).toMatchObject({ exitCode: 2 })
    expect(await tspod('rm', '-f', '-t', '0', '-a')).toMatchObject({ exitCode: 0 })
    await until('nothing is left', () => JSON.stringify(host.traces()) === JSON.stringify(before))
  })
})

describe('wait', () => {
  /** A command that waits by now for so many containers. */
  async function waiting(tspod: Tspod, count: number, ...args: string[]) {
    const child = tspod.spawn(['wait', ...args])
    const ended = resultOf(child)
    await until('it waits', () => monitorConnections(child.pid ?? 0) === count)
    return { child, ended }
  }

  test('prints what each ended with, in their order, however they end', async ({ tspod }) => {
    const script = 'trap "exit $0" TERM; echo up; while :; do sleep 0.02; done'
    for (const [name, exitCode] of [
      ['slow', '3'],
      ['fast', '5'],
    ] as const) {
      await tspod('run', '-dq', '--rm', '--name', name, NONE, 'alpine', 'sh', '-c', script, exitCode)
      await isUp(tspod, name)
    }
    const { ended } = await waiting(tspod, 2, 'slow', 'fast')
    await tspod('kill', '-s', 'TERM', 'fast')
    await expect.poll(() => states(tspod)).toEqual(['slow running'])
    await tspod('kill', '-s', 'TERM', 'slow')
    expect(await ended).toEqual(said('3', '5'))
  })

  test('knows the exit status of one of which nothing is left by then', async ({ tspod, host }) => {
    await create(tspod, 'box', '--rm')
    await tspod('start', 'box')
    const { child, ended } = await waiting(tspod, 1, 'box')
    child.kill('SIGSTOP')
    await tspod('rm', '-f', '-t', '0', 'box')
    expect(host.traces().files).toEqual([])
    child.kill('SIGCONT')
    expect(await ended).toEqual(said('137'))
  })

  test('for other states, any of those given, and for its removal', async ({ tspod }) => {
    await create(tspod, 'box')
    const running = tspod('wait', '--interval', '20ms', '--condition', 'running,paused', 'box')
    await tspod('start', 'box')
    expect(await running).toEqual(said('-1'))
    expect(await tspod('wait', '--condition=paused', '--condition=running', 'box')).toEqual(said('-1'))
    const exited = await waiting(tspod, 1, '--condition=exited', 'box')
    const removed = await waiting(tspod, 1, '-i', '20', '--condition=removed', 'box')
    await tspod('kill', 'box')
    expect(await exited.ended).toEqual(said('137'))
    await tspod('rm', 'box')
    expect(await removed.ended).toEqual(said('137'))
  })

  test('for one that is being stopped', async ({ tspod }) => {
    await tspod('run', '-dq', '--name', 'box', NONE, 'alpine', 'sh', '-c', STUBBORN)
    await isUp(tspod, 'box')
    const waiting = tspod('wait', '-i', '20ms', '--condition=stopping', 'box')
    const stopping = tspod('stop', '-t', '60', 'box')
    expect(await waiting).toEqual(said('-1'))
    expect(await stateOf(tspod, 'box')).toBe('running')
    await tspod('kill', 'box')
    expect(await stopping).toEqual(said('box'))
  })

  test('for the first of several', async ({ tspod }) => {
    await create(tspod, 'one')
    await create(tspod, 'two')
    await tspod('start', 'one', 'two')
    const waiting = tspod('wait', '--exit-first-match', 'one', 'two')
    await tspod('kill', 'two')
    expect(await waiting).toEqual(said('137'))
    await tspod('rm', '-f', '-t', '0', '-a')
  })

  test('not for what does not exist', async ({ tspod }) => {
    expect(await tspod('wait', 'nope')).toMatchObject({ exitCode: 125, stdout: '' })
    expect(await tspod('wait', '--ignore', 'nope')).toEqual(said('-1'))
    await create(tspod, 'box')
    const { stderr } = await tspod('wait', '--condition=runing', 'box')
    expect(stderr).toBe(
      'error: unknown condition "runing" to wait for [E_BAD_CONDITION]\nhint: did you mean running?\n',
    )
    expect(await tspod('wait', '--interval=soon', 'box')).toMatchObject({ exitCode: 125 })
  })
})

describe('rm, rename, prune, exists', () => {
  test("docker's rm -f kills at once, and its other failures are 1", async ({ tspod }) => {
    const docker = (...args: string[]) => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)
    await tspod('run', '-d', '--name', 'deaf', '--network=none', 'alpine', 'sleep', '1000') // as pid 1 it ignores SIGTERM
    const begunMs = Date.now()
    expect(await docker('rm', '-f', 'deaf')).toMatchObject({ exitCode: 0, stdout: 'deaf\n' })
    expect(Date.now() - begunMs).toBeLessThan(10_000) // what a stop would wait for
    expect(await docker('exec', 'deaf', 'true')).toMatchObject({ exitCode: 1 })
    expect(await docker('stop', 'deaf')).toMatchObject({ exitCode: 1 })
    expect(await docker('stop', '--deaf')).toMatchObject({ exitCode: 125 })
  })

  test('rm: 1 where all that failed do not exist, 2 where one runs', async ({ tspod }) => {
    const id = await create(tspod, 'box', '--cidfile', 'cid', '--label', 'x')
    await create(tspod, 'done', '--label', 'x')
    await tspod('start', 'box')
    expect(await tspod('rm', 'box')).toMatchObject({ exitCode: 2, stdout: '' })
    expect(await tspod('rm', 'nope')).toMatchObject({ exitCode: 1 })
    expect(await tspod('rm', '-i', 'nope')).toEqual(said())
    expect(await tspod('rm', '-f', 'nope')).toEqual(said())
    expect(await tspod('rm', '--filter', 'label=x', '--filter', 'name=done')).toMatchObject({ exitCode: 0 })
    expect(await states(tspod)).toEqual(['box running'])
    expect(await tspod('rm', '-f', '-t', '0', '--cidfile', 'cid')).toEqual(said(id))
    expect(await states(tspod)).toEqual([])
    expect(await tspod('rm', '-a')).toEqual(said())
  })

  test('rm -v takes the anonymous volumes along, rm leaves them', async ({ tspod }) => {
    const volumes = async () => (await tspod('volume', 'ls', '-q')).stdout.split('\n').filter(Boolean).length
    await create(tspod, 'one', '-v', '/data', '-v', 'named:/named')
    await create(tspod, 'two', '-v', '/data')
    expect(await volumes()).toBe(3)
    await tspod('rm', '-v', 'one')
    expect(await volumes()).toBe(2)
    await tspod('rm', 'two')
    expect(await volumes()).toBe(2)
  })

  test('rename: the new name finds it, the old one does not, and another one has it already', async ({ tspod }) => {
    const id = await create(tspod, 'old')
    await create(tspod, 'taken')
    await tspod('start', 'old')
    expect(await tspod('rename', 'old', 'new')).toEqual(said())
    expect(await states(tspod)).toEqual(['new running', 'taken created'])
    expect((await tspod('inspect', '--format', '{{.Id}}', 'new')).stdout.trim()).toBe(id)
    expect(await tspod('container', 'exists', 'old')).toMatchObject({ exitCode: 1 })
    const taken = await tspod('rename', 'new', 'taken')
    expect(taken).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('[E_NAME_IN_USE]') })
    expect(await tspod('rename', 'new', 'a b')).toMatchObject({ exitCode: 125 })
    expect(await tspod('rename', 'nope', 'x')).toMatchObject({ exitCode: 125 })
    await tspod('rm', '-f', '-t', '0', '-a')
  })

  test('container prune removes what has ended or was never started, and matches', async ({ tspod }) => {
    const one = await create(tspod, 'one', '--label', 'keep=no')
    await create(tspod, 'two')
    await create(tspod, 'three', '--label', 'keep=no')
    await tspod('start', 'three')
    expect(await tspod('container', 'prune', '-f', '--filter', 'until=1h')).toEqual(said())
    expect(await tspod('container', 'prune', '-f', '--filter', 'label=keep=no')).toEqual(said(one))
    expect(await tspod('container', 'prune', '-f', '--filter', 'label!=other')).toMatchObject({ exitCode: 0 })
    expect(await states(tspod)).toEqual(['three running'])
    await tspod('rm', '-f', '-t', '0', '-a')
  })

  test('a beginning of several ids is refused, a name goes before an id', async ({ tspod }) => {
    const ids: string[] = []
    for (const index of Array(17).keys()) ids.push(await create(tspod, `box${index}`))
    const digit = ids.map((id) => id.slice(0, 1)).find((first, at, all) => all.indexOf(first) !== at) ?? ''
    for (const verb of ['start', 'stop', 'rm', 'kill', 'pause', 'wait', 'restart', 'inspect']) {
      const { exitCode, stderr } = await tspod(verb, digit)
      expect([verb, exitCode, stderr]).toEqual([
        verb,
        125,
        expect.stringContaining(`several container ids begin with ${digit} [E_AMBIGUOUS_REF]`),
      ])
    }
    await tspod('rename', 'box0', digit)
    expect(await tspod('rm', digit)).toEqual(said(digit))
    expect(await tspod('container', 'exists', ids[0] ?? '')).toMatchObject({ exitCode: 1 })
    await tspod('rm', '-a')
  })
})

describe('init', () => {
  test('of one that has ended shows, and it is started once', async ({ tspod }) => {
    const id = await create(tspod, 'box')
    await tspod('start', 'box')
    await tspod('stop', '-t', '0', 'box')
    expect(await tspod('init', 'box')).toEqual(said('box'))
    expect(await states(tspod)).toEqual(['box initialized'])
    const record = join(tspod.runroot, 'containers', id, 'record')
    const [, pid] = readFileSync(record, 'utf8').split(' ')
    expect(await tspod('start', 'box')).toEqual(said('box'))
    expect(readFileSync(record, 'utf8').split(' ').slice(0, 2)).toEqual(['running', pid])
  })

  test('all is made, the program runs once the container is started, and it is the same process', async ({ tspod }) => {
    const made = await tspod('create', '-q', '--name', 'box', NONE, 'alpine', 'sh', '-c', 'echo up; sleep inf')
    expect(await tspod('init', 'box')).toEqual(said('box'))
    expect(await tspod('container', 'init', 'box')).toEqual(said('box'))
    expect(await states(tspod)).toEqual(['box initialized'])
    const record = join(tspod.runroot, 'containers', made.stdout.trim(), 'record')
    const waiting = readFileSync(record, 'utf8').split(' ')
    expect(waiting[0]).toBe('initialized')
    expect(isAlive(Number(waiting[1]))).toBe(true)
    expect(await tspod('logs', 'box')).toEqual(said())
    expect(await tspod('exec', 'box', 'true')).toMatchObject({ exitCode: 255 })
    expect(await tspod('pause', 'box')).toMatchObject({ exitCode: 125 })
    expect(await tspod('rm', 'box')).toMatchObject({ exitCode: 2 })
    expect(await tspod('start', 'box')).toEqual(said('box'))
    expect(await states(tspod)).toEqual(['box running'])
    expect(readFileSync(record, 'utf8').split(' ').slice(0, 3)).toEqual(['running', ...waiting.slice(1, 3)])
    await isUp(tspod, 'box')
    expect(await tspod('init', 'box')).toMatchObject({ exitCode: 125 })
    expect(await tspod('stop', '-t', '0', 'box')).toEqual(said('box'))
    expect(await tspod('wait', 'box')).toEqual(said('137'))
  })

  test('one that is initialized can be stopped, restarted and removed, and leaves nothing', async ({ tspod, host }) => {
    await tspod('run', '--rm', '-q', NONE, 'alpine', 'true')
    const before = host.traces()
    await create(tspod, 'box')
    expect(await tspod('init', '--all')).toMatchObject({ exitCode: 0 })
    expect(await tspod('stop', 'box')).toEqual(said('box'))
    expect((await states(tspod))[0]).toMatch(/^box (created|exited)$/)
    expect(await tspod('init', '-l')).toMatchObject({ exitCode: 0 })
    expect(await tspod('restart', 'box')).toEqual(said('box'))
    expect(await states(tspod)).toEqual(['box running'])
    await tspod('stop', '-t', '0', 'box')
    expect(await tspod('init', 'box')).toEqual(said('box'))
    expect(await tspod('rm', '-f', 'box')).toEqual(said('box'))
    await until('nothing is left', () => JSON.stringify(host.traces()) === JSON.stringify(before))
  })

  test('a program that cannot be run shows at the start', async ({ tspod }) => {
    await tspod('create', '-q', '--name', 'bad', NONE, 'alpine', '/no/such')
    expect(await tspod('init', 'bad')).toEqual(said('bad'))
    expect(await tspod('start', 'bad')).toMatchObject({
      exitCode: 127,
      stderr: expect.stringMatching(/^error: [^\n]+\/no\/such[^\n]*\n/),
    })
    expect(await tspod('rm', '-f', 'bad')).toEqual(said('bad'))
  })
})

test('one whose namespaces others are in is removed after them', async ({ tspod }) => {
  const joined = ['--network', 'container:owner']
  await create(tspod, 'owner')
  await tspod('start', 'owner')
  await tspod('create', '-q', '--name', 'guest', ...joined, 'alpine', 'sleep', 'inf')
  const refused = await tspod('rm', '-f', '-t', '0', 'owner')
  expect(refused).toMatchObject({ exitCode: 125, stdout: '' })
  expect(refused.stderr).toMatch(/^error: [^\n]*guest[^\n]* \[E_CONTAINER_IN_USE\]\nhint: [^\n]+\n$/)
  expect(await states(tspod)).toEqual(['guest created', 'owner running'])
  expect(await tspod('rm', '--depend', '-t', '0', 'owner')).toEqual(said('owner'))
  expect(await states(tspod)).toEqual([])
  await create(tspod, 'owner')
  await tspod('start', 'owner')
  await tspod('run', '-dq', '--name', 'guest', ...joined, 'alpine', 'sleep', 'inf')
  expect(await tspod('rm', '-f', '-t', '0', '-a')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await states(tspod)).toEqual([])
})

test('what a container requires is started before it, and removed after it', async ({ tspod }) => {
  await create(tspod, 'first')
  await create(tspod, 'second', '--requires', 'first')
  const id = await create(tspod, 'third', '--requires', 'second,first')
  const { stdout } = await tspod('inspect', '-f', '{{len .Dependencies}}', id)
  expect(stdout).toBe('2\n')
  expect(await tspod('start', 'third')).toEqual(said('third'))
  expect(await states(tspod)).toEqual(['first running', 'second running', 'third running'])
  await tspod('stop', '-t', '0', 'first', 'second')
  const run = await tspod('run', '--rm', '-q', NONE, '--requires=second', 'alpine', 'echo', 'on')
  expect(run).toEqual(said('on'))
  expect(await states(tspod)).toEqual(['first running', 'second running', 'third running'])
  const refused = await tspod('rm', '-f', '-t', '0', 'first')
  expect(refused.stderr).toMatch(/^error: [^\n]*second, third depend on it \[E_CONTAINER_IN_USE\]\nhint: [^\n]+\n$/)
  expect(await tspod('rm', '--depend', '-t', '0', 'first')).toEqual(said('first'))
  expect(await states(tspod)).toEqual([])
})

test('where what it requires cannot be started, it is not either', async ({ tspod }) => {
  await tspod('create', '-q', '--name', 'bad', NONE, 'alpine', '/no/such')
  await create(tspod, 'box', '--requires', 'bad')
  const started = await tspod('start', 'box')
  expect(started).toMatchObject({ exitCode: 125, stdout: '' })
  expect(started.stderr).toMatch(/^error: container box depends on bad: [^\n]+ \[E_DEPENDENCY\]\n/)
  expect(await states(tspod)).toEqual(['bad created', 'box created'])
})

test('one named twice is restarted once, and what depends on another after that', async ({ tspod }) => {
  const first = await create(tspod, 'first')
  const second = await create(tspod, 'second', '--requires', 'first')
  expect(await tspod('restart', '-t', '0', 'second', 'first', second.slice(0, 9), 'second')).toEqual(
    said('second', 'first', second.slice(0, 9), 'second'),
  )
  for (const id of [first, second]) {
    const events = await tspod('events', '--stream=false', '--filter', `container=${id}`, '--format', '{{.Status}}')
    expect(events.stdout.match(/^restart$/gm)).toHaveLength(1)
  }
  expect(await tspod('stop', '-t', '0', 'second', 'second')).toEqual(said('second', 'second'))
  expect(await tspod('rm', 'second', second.slice(0, 9))).toEqual(said('second', second.slice(0, 9)))
})

describe('update', () => {
  test('what is for the next start is there then', async ({ tspod }) => {
    const script = 'echo "[$A] [$B] [$C]"'
    await tspod('create', '-q', '--name', 'box', NONE, '-e', 'A=1', '-e', 'B=2', 'alpine', 'sh', '-c', script)
    const updated = await tspod('update', '--env', 'A=new', '--env', 'C=3', '--unsetenv', 'B', '--restart', 'no', 'box')
    expect(updated).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) })
    expect(await tspod('start', 'box')).toEqual(said('box'))
    await tspod('wait', 'box')
    expect((await tspod('logs', 'box')).stdout).toBe('[new] [] [3]\n')
    expect(await tspod('update', '--restart', 'sometimes', 'box')).toMatchObject({ exitCode: 125 })
  })

  test('limits of one that runs are changed at once and kept, or refused in one line', async ({ tspod }) => {
    const { stdout } = await tspod('info', '--format', '{{json .Host.CgroupControllers}}')
    await using box = await tspod.start('--name', 'box', NONE, 'alpine', 'sleep', 'inf')
    const updated = await tspod('update', '--pids-limit', '33', 'box')
    if (!(JSON.parse(stdout) as string[]).includes('pids')) {
      expect(updated).toMatchObject({ exitCode: 125, stdout: '' })
      expect(updated.stderr).toMatch(
        /^error: --pids-limit cannot be enforced: [^\n]+ \[E_CGROUP_UNAVAILABLE\]\nhint: [^\n]+\n$/,
      )
      return
    }
    expect(updated).toEqual(said(box.id))
    expect((await box.exec('cat', '/sys/fs/cgroup/pids.max')).stdout).toBe('33\n')
    await tspod('restart', '-t', '0', 'box')
    expect((await box.exec('cat', '/sys/fs/cgroup/pids.max')).stdout).toBe('33\n')
    expect(await tspod('update', '--pids-limit', '-1', 'box')).toEqual(said(box.id))
    expect((await box.exec('cat', '/sys/fs/cgroup/pids.max')).stdout).toBe('max\n')
  })
})

// biome-ignore format: a table
test.for([
  // verb                          created  running  paused  exited
  [['start'],                         0,       0,     125,      0],
  [['stop', '-t', '0'],               0,       0,       0,      0],
  [['restart', '-t', '0'],            0,       0,       0,      0],
  [['kill'],                        125,       0,       0,    125],
  [['pause'],                       125,       0,     125,    125],
  [['unpause'],                     125,     125,       0,    125],
  [['rm'],                            0,       2,       2,      0],
  [['rm', '-f', '-t', '0'],           0,       0,       0,      0],
  [['container', 'rename'],           0,       0,       0,      0],
  [['exec'],                        255,       0,     255,    255],
  [['container', 'update'],           0,       0,       0,      0],
  [['container', 'exists'],           0,       0,       0,      0],
] as const)('exit codes of %j in each state', async ([verb, ...expected], { tspod }) => {
  const behind: readonly string[] = verb[0] === 'exec' ? ['true'] : verb[1] === 'rename' ? ['renamed'] : []
  const prepare = { created: [], running: ['start'], paused: ['start', 'pause'], exited: ['start', 'kill', 'wait'] }
  for (const [index, [state, verbs]] of Object.entries(prepare).entries()) {
    const id = await create(tspod, 'box')
    for (const step of verbs) await tspod(step, id)
    expect(await stateOf(tspod, id)).toBe(state)
    const { exitCode } = await tspod(...verb, id, ...behind)
    expect([state, exitCode]).toEqual([state, expected[index]])
    await tspod('rm', '-f', '-t', '0', id)
  }
})

test('one that waits for its restart: what is refused, and what ends the wait for good', async ({ tspod, host }) => {
  await tspod('run', '--rm', '-q', NONE, 'alpine', 'true')
  const before = host.traces()
  await tspod('run', '-dq', '--name', 'box', '--restart', 'always', NONE, 'alpine', 'false')
  // by then it waits for seconds
  const look = async () => (await tspod('inspect', '--format', '{{.RestartCount}} {{.State.Status}}', 'box')).stdout
  await expect.poll(look, { interval: 20 }).toBe('6 restarting\n')
  const refused = { kill: 125, pause: 125, rm: 2, top: 125, init: 125 }
  // At once, as the wait has an end.
  await Promise.all([
    ...Object.entries(refused).map(async ([verb, exitCode]) =>
      expect([verb, await tspod(verb, 'box')]).toEqual([
        verb,
        { exitCode, stdout: '', stderr: expect.stringMatching(/^error: [^\n]+ restarting \[E_[A-Z_]+\]\n/) },
      ]),
    ),
    tspod('exec', 'box', 'true').then((result) => expect(result).toMatchObject({ exitCode: 255 })),
  ])
  expect(await look()).toBe('6 restarting\n')
  expect(await tspod('stop', 'box')).toEqual(said('box'))
  expect(await states(tspod)).toEqual(['box exited'])
  expect(host.traces().processes).toEqual([])
  expect(await tspod('start', 'box')).toEqual(said('box'))
  expect(await tspod('wait', '-i', '10', '--condition=restarting', 'box')).toEqual(said('-1'))
  expect(await tspod('rm', '-f', 'box')).toEqual(said('box'))
  await until('nothing is left', () => JSON.stringify(host.traces()) === JSON.stringify(before))
})

test('several targets and a flag in their place do not go together', async ({ tspod }) => {
  for (const words of [
    ['stop'],
    ['rm', '-a', 'x'],
    ['kill', '-a', '-l'],
    ['start', '-l', 'x'],
    ['pause', '-f', 'id=1', 'x'],
  ]) {
    const { exitCode, stderr } = await tspod(...words)
    expect([words, exitCode, stderr]).toEqual([words, 125, expect.stringContaining('[E_BAD_ARGUMENTS]')])
  }
})

test('a foreground run that is restarted from elsewhere ends with what its program ended with', async ({ tspod }) => {
  const script = 'trap "exit 6" TERM; echo up; while :; do sleep 0.02; done'
  const child = tspod.spawn(['run', '--rm', '-q', '--name', 'box', NONE, 'alpine', 'sh', '-c', script])
  const ended = resultOf(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  expect(await tspod('restart', 'box')).toEqual(said('box'))
  expect(await ended).toMatchObject({ exitCode: 6 })
  expect(await states(tspod)).toEqual(['box running'])
  await tspod('rm', '-f', '-t', '0', 'box')
})
