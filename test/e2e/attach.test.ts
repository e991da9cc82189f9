import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'
import { startChild } from '../../base/child.ts'
import { expect } from '../support/fixtures.ts'
import { test } from '../support/on-terminal.ts'
import { openTerminal } from '../support/terminal.ts'
import { resultOf, TSPOD } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const DETACH = '\x10\x11' // ctrl-p ctrl-q
const SHELL = ['-q', '--network=none', '-e', 'PS1=PROMPT>', 'alpine', 'sh'] as const

/** Answers each line until its input ends, or the line is "end". */
const ANSWER = 'while read line; do [ "$line" = end ] && exit 6; echo "got $line"; done; echo "no more"'

function collects(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return () => text
}

/** How often somebody has attached to a container of this root. */
function attachedCount(root: string): number {
  return readFileSync(join(root, 'events.log'), 'utf8').split('"action":"attach"').length - 1
}

/** The monitor of the only container. Format: engine/launcher/monitor.c. */
function monitorOf(runroot: string): string {
  const [id = ''] = readdirSync(join(runroot, 'containers'))
  return readFileSync(join(runroot, 'containers', id, 'record'), 'utf8').split(' ')[3] ?? ''
}

/** Source: proc_pid_stat(5), utime and stime. */
function processorTicks(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')
  return Number(fields[11]) + Number(fields[12])
}

describe('a terminal', () => {
  test('that hangs up is not looked at any more', async ({ onTerminal, tspod }) => {
    {
      await using terminal = onTerminal([
        'run',
        '-it',
        '--name',
        'box',
        '-q',
        '--network=none',
        'alpine',
        'sleep',
        '1000',
      ])
      await terminal.becomes('raw')
    }
    const monitor = monitorOf(tspod.runroot)
    const before = processorTicks(monitor)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(processorTicks(monitor) - before).toBeLessThan(10)
    await tspod('rm', '-f', '-t', '0', 'box')
  })

  test('that takes no output, and cannot be opened anew, keeps the monitor from nothing', async ({ tspod }) => {
    const roots = `--root ${tspod.root} --runroot ${tspod.runroot}`
    const script = `${TSPOD} ${roots} start -a box >/dev/tty`
    await tspod(
      'create',
      '-t',
      '--name',
      'box',
      '-q',
      '--network=none',
      'alpine',
      'sh',
      '-c',
      'while sleep 0.01; do echo y; done',
    )
    await using terminal = openTerminal(['sh', '-c', script], { env: process.env })
    await terminal.shows('y\r')
    terminal.type('\x13') // ctrl-s
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await tspod('stop', '-t', '0', 'box')).exitCode).toBe(0)
    terminal.type('\x11')
    expect(await terminal.exitCode()).toBe(137)
  })

  test('is left with the keys and attached to again, by two at once, and the shell goes on', async ({
    onTerminal,
    tspod,
  }) => {
    await using first = onTerminal(['run', '-it', '--name', 'box', ...SHELL])
    await first.shows('PROMPT>')
    first.type('x=5\r')
    await first.shows('PROMPT>')
    first.type(DETACH)
    expect(await first.exitCode()).toBe(0)
    expect(await first.mode()).toBe('cooked')
    expect((await tspod('ps', '--format', '{{.Names}} {{.State}}')).stdout).toBe('box running\n')

    await using second = onTerminal(['attach', 'box'], { rows: 30, columns: 90 })
    await using third = onTerminal(['attach', '--detach-keys', 'ctrl-x,y', 'box'], { rows: 31, columns: 91 })
    await second.becomes('raw')
    await third.becomes('raw')
    second.type('echo $x$x\r')
    await second.shows('\r\n55\r\n')
    await third.shows('\r\n55\r\n')
    third.type('\x18z') // not the keys after all: both arrive
    third.type('\x15echo six\r')
    await second.shows('\r\nsix\r\n')
    second.resize(40, 100)
    second.type('until stty size | grep "40 100"; do :; done\r') // which has its own way, and may come later
    await second.shows('\r\n40 100\r\n')
    third.type('\x18y')
    expect(await third.exitCode()).toBe(0)
    second.type('exit 9\r')
    expect(await second.exitCode()).toBe(9)
    expect(await second.mode()).toBe('cooked')
    await tspod('rm', 'box')
  })

  test('that hangs up, or whose attach is killed, changes nothing for the container', async ({ onTerminal, tspod }) => {
    await tspod('run', '-dit', '--name', 'box', ...SHELL)
    {
      await using terminal = onTerminal(['attach', 'box'])
      terminal.type('y=7\r')
      await terminal.shows('PROMPT>')
    }
    await using killed = onTerminal(['attach', 'box'])
    killed.type('echo $y$y\r')
    await killed.shows('\r\n77\r\n')
    killed.kill('SIGKILL')
    await killed.becomes('cooked')
    await using terminal = onTerminal(['attach', 'box'])
    terminal.type('echo $y$y$y\r')
    await terminal.shows('\r\n777\r\n')
    terminal.type('exit 3\r')
    expect(await terminal.exitCode()).toBe(3)
    await tspod('rm', 'box')
  })

  test('exec leaves one with the keys, and the process goes on', async ({ onTerminal, tspod, directory }) => {
    await using box = await tspod.start('--network=none', '-v', `${directory}:/host`, 'alpine', 'sleep', '1000')
    await using terminal = onTerminal([
      'exec',
      '-it',
      box.id,
      'sh',
      '-c',
      'echo READY; until [ -e /host/go ]; do sleep 0.02; done; >/host/done',
    ])
    await terminal.shows('READY')
    terminal.type(DETACH)
    expect(await terminal.exitCode()).toBe(0)
    await box.exec('touch', '/host/go')
    await until('the process has gone on', () => existsSync(join(directory, 'done')))
  })

  test('start -ai is as run -it', async ({ onTerminal, tspod }) => {
    await tspod('create', '-it', '--name', 'box', ...SHELL)
    await using terminal = onTerminal(['start', '-ai', 'box'])
    await terminal.shows('PROMPT>')
    terminal.type('exit 5\r')
    expect(await terminal.exitCode()).toBe(5)
  })
})

describe('pipes', () => {
  test('every client gets what is written, and the input of one reaches the container', async ({ tspod }) => {
    await tspod('run', '-di', '-q', '--network=none', '--name', 'box', 'alpine', 'sh', '-c', ANSWER)
    const [one, two] = [tspod.spawn(['attach', 'box']), tspod.spawn(['attach', '--no-stdin', 'box'])]
    const [first, second] = [collects(one), collects(two)]
    const ends = [resultOf(one), resultOf(two)]
    one.stdin?.write('a\n')
    await until('the first client has its answer', () => first() === 'got a\n')
    two.stdin?.end('b\n') // of whom nothing is wanted
    const third = tspod.spawn(['attach', 'box'])
    const thirdEnd = resultOf(third)
    third.stdin?.end('c\n') // whose end is not the container's
    await until('the first has the answer to the third', () => first() === 'got a\ngot c\n')
    await until('all are attached', () => attachedCount(tspod.root) === 3)
    one.stdin?.write('end\n')
    expect((await Promise.all(ends)).map(({ exitCode }) => exitCode)).toEqual([6, 6])
    expect((await thirdEnd).exitCode).toBe(6)
    expect(first()).toBe('got a\ngot c\n')
    expect('got a\ngot c\n'.endsWith(second())).toBe(true) // from when it was there
    await tspod('rm', 'box')
  })

  test('a client that is killed is nobody to the others', async ({ tspod }) => {
    await tspod('run', '-di', '-q', '--network=none', '--name', 'box', 'alpine', 'sh', '-c', ANSWER)
    const [one, two] = [tspod.spawn(['attach', 'box']), tspod.spawn(['attach', 'box'])]
    const [first, second] = [collects(one), collects(two)]
    const end = resultOf(two)
    one.stdin?.write('a\n')
    two.stdin?.write('b\n')
    await until('both are attached', () => first().includes('got') && second().includes('got'))
    one.kill('SIGKILL')
    await resultOf(one)
    two.stdin?.write('c\n')
    await until('the other goes on', () => second().includes('got c'))
    two.stdin?.write('end\n')
    expect((await end).exitCode).toBe(6)
  })

  test('signals go to the container, or with --sig-proxy=false to the client', async ({ tspod }) => {
    const script = 'trap "echo got-term" TERM; echo READY; while :; do sleep 0.02; done'
    await tspod('run', '-d', '-q', '--network=none', '--name', 'box', 'alpine', 'sh', '-c', script)
    const [proxy, own] = [tspod.spawn(['attach', 'box']), tspod.spawn(['attach', '--sig-proxy=false', 'box'])]
    const [seen, ownSeen] = [collects(proxy), collects(own)]
    await tspod('kill', '-s', 'TERM', 'box')
    for (;;) {
      // Whoever attaches late has missed the answer to the first.
      if (seen().includes('got-term') && ownSeen().includes('got-term')) break
      await tspod('kill', '-s', 'TERM', 'box')
    }
    const before = seen()
    proxy.kill('SIGTERM')
    await until('the signal has arrived', () => seen().length > before.length)
    const end = resultOf(own)
    own.kill('SIGTERM')
    expect((await end).exitCode).toBe(143)
    const others = resultOf(proxy)
    await tspod('rm', '-f', '-t', '0', 'box')
    expect((await others).exitCode).toBe(137)
  })

  test('a fast writer waits for a slow client, and nobody loses a byte', async ({ tspod }) => {
    const script = 'read go; seq 300000'
    await tspod('run', '-di', '-q', '--network=none', '--name', 'box', 'alpine', 'sh', '-c', script)
    const clients = [tspod.spawn(['attach', 'box']), tspod.spawn(['attach', '--no-stdin', 'box'])]
    const texts = clients.map(collects)
    await until('both are attached', () => attachedCount(tspod.root) === 2)
    const ends = clients.map(resultOf)
    clients[0]?.stdin?.write('go\n')
    expect((await Promise.all(ends)).map(({ exitCode }) => exitCode)).toEqual([0, 0])
    const whole = Array.from({ length: 300_000 }, (_, index) => `${index + 1}\n`).join('')
    for (const text of texts) expect(text()).toBe(whole)
  })

  test('what is read only when a slow client goes on is for the fast one, too, after the end', async ({
    tspod,
    directory,
  }) => {
    const script = 'until test -e /go; do sleep 0.01; done; seq 100000'
    await tspod('run', '-d', '-q', '--network=none', '--name', 'box', 'alpine', 'sh', '-c', script)
    const attach = `${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} attach box`
    // Pipes of the shell's are larger than the sockets that node makes: the container can end while one is full.
    const clients = [`${attach} | cat >fast`, `${attach} | { until test -e end; do sleep 0.01; done; cat >slow; }`].map(
      (line) => startChild('sh', ['-c', line], { stdio: 'ignore', cwd: directory }),
    )
    const ends = clients.map((client) => new Promise((resolve) => client.once('close', resolve)))
    await until(
      'both are attached',
      () => existsSync(join(tspod.root, 'events.log')) && attachedCount(tspod.root) === 2,
    )
    await tspod('exec', 'box', 'touch', '/go')
    // A user with many pipes has small ones, and then it cannot end before the slow one goes on. Source: pipe(7), "pipe-user-pages-soft"
    await Promise.race([tspod('wait', 'box'), stopsGrowing(join(directory, 'fast'))])
    writeFileSync(join(directory, 'end'), '')
    await Promise.all(ends)
    const whole = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('')
    for (const name of ['fast', 'slow']) expect(readFileSync(join(directory, name), 'utf8')).toBe(whole)
  })
})

/** Until a file has had the same size for a second. */
async function stopsGrowing(path: string): Promise<void> {
  let size = -1
  for (let same = 0; same < 50; ) {
    await sleep(20)
    const now = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    same = now === size ? same + 1 : 0
    size = now
  }
}

test('one that does not run cannot be attached to', async ({ tspod }) => {
  await tspod('create', '--name', 'box', '-q', '--network=none', 'alpine', 'true')
  expect(await tspod('attach', 'box')).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('not running') })
  expect(await tspod('attach', '--detach-keys', 'ctrl-', 'box')).toMatchObject({ exitCode: 125 })
  expect(await tspod('attach', 'nobody')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_CONTAINER_NOT_FOUND'),
  })
})
