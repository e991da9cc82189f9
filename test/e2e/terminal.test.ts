import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect } from '../support/fixtures.ts'
import { test } from '../support/on-terminal.ts'
import type { Tspod } from '../support/tspod.ts'

const RUN = ['run', '--rm', '-q', '--network=none'] as const

/** Prints READY, then the name of each signal it gets, and goes on until its terminal hangs up. */
const LISTEN = [
  'trap "echo got-int" INT',
  'trap "echo got-winch; stty size" WINCH',
  'trap "exit 0" HUP',
  'echo READY',
  'while :; do sleep 0.02; done',
].join('; ')

describe('run -it', () => {
  test('gives a terminal of the size of the caller', async ({ onTerminal }) => {
    for (const [rows, columns] of [
      [33, 101],
      [50, 72],
    ] as const) {
      await using terminal = onTerminal([...RUN, '-it', 'alpine', 'sh', '-c', 'stty size; tty; echo $TERM'], {
        rows,
        columns,
      })
      expect(await terminal.exitCode()).toBe(0)
      expect(terminal.text()).toBe(`${rows} ${columns}\r\n/dev/pts/0\r\nxterm\r\n`)
    }
  })

  test('a new size arrives', async ({ onTerminal }) => {
    await using terminal = onTerminal([...RUN, '-it', 'alpine', 'sh', '-c', LISTEN])
    await terminal.shows('READY')
    terminal.resize(31, 99)
    await terminal.shows('got-winch\r\n31 99\r\n')
  })

  test('a terminal that hangs up is told to the container, which is tidied up', async ({ onTerminal, tspod, host }) => {
    {
      await using terminal = onTerminal([...RUN, '-it', 'alpine', 'sh', '-c', LISTEN])
      await terminal.shows('READY')
    }
    await expect.poll(() => host.traces()).toEqual({ mounts: [], processes: [], files: [] })
    expect((await tspod('ps', '-aq')).stdout).toBe('')
  })

  test('^C reaches the container as SIGINT, once, with and without an init', async ({ onTerminal }) => {
    const script = 'trap "echo got-int" INT; echo READY; while ! read line; do :; done; echo "line $line"'
    for (const init of [[], ['--init']]) {
      await using terminal = onTerminal([...RUN, ...init, '-it', 'alpine', 'sh', '-c', script])
      await terminal.shows('READY')
      expect(await terminal.mode()).toBe('raw')
      terminal.type('\x03')
      await terminal.shows('got-int')
      terminal.type('hello\r')
      await terminal.shows('line hello')
      expect(await terminal.exitCode()).toBe(0)
      expect(terminal.text().match(/got-int/g)).toHaveLength(1)
    }
  })

  test('a shell: keys, ^D, exit code, and the terminal as it was', async ({ onTerminal }) => {
    for (const [end, exitCode] of [
      ['\x04', 0],
      ['exit 7\r', 7],
    ] as const) {
      await using terminal = onTerminal([...RUN, '-it', '-e', 'PS1=PROMPT>', 'alpine', 'sh'])
      await terminal.shows('PROMPT>')
      terminal.type('echo $((20 + 3))\r')
      await terminal.shows('\r\n23\r\n')
      await terminal.shows('PROMPT>')
      terminal.type(end)
      expect(await terminal.exitCode()).toBe(exitCode)
      expect(await terminal.mode()).toBe('cooked')
    }
  })

  test('a program that is not there leaves the terminal as it was', async ({ onTerminal }) => {
    await using terminal = onTerminal([...RUN, '-it', 'alpine', 'no-such'])
    expect(await terminal.exitCode()).toBe(127)
    expect(await terminal.mode()).toBe('cooked')
  })

  test('when tspod is killed the terminal is as it was and the container goes on', async ({ onTerminal, tspod }) => {
    await using terminal = onTerminal([...RUN, '-it', '--name', 'box', 'alpine', 'sh', '-c', LISTEN])
    await terminal.shows('READY')
    expect(await terminal.mode()).toBe('raw')
    terminal.kill('SIGKILL')
    expect(await terminal.exitCode()).toBe(256 - 9)
    await terminal.becomes('cooked')
    expect((await tspod('ps', '--format', '{{.Names}} {{.State}}')).stdout).toBe('box running\n')
    await tspod('rm', '-f', '-t', '0', 'box')
  })

  test('when the monitor is killed the terminal is as it was and the container has ended', async ({
    onTerminal,
    tspod,
  }) => {
    await using terminal = onTerminal([...RUN, '-it', '--name', 'box', 'alpine', 'sh', '-c', LISTEN])
    await terminal.shows('READY')
    process.kill(monitorOf(tspod), 'SIGKILL')
    expect(await terminal.exitCode()).toBe(137)
    expect(terminal.text()).toContain('monitor of the container was killed')
    expect(await terminal.mode()).toBe('cooked')
    expect((await tspod('ps', '-aq')).stdout).toBe('')
  })

  test('megabytes arrive whole', async ({ onTerminal }) => {
    await using terminal = onTerminal([...RUN, '-it', 'alpine', 'sh', '-c', 'seq 200000; echo END'])
    await terminal.shows('END\r\n')
    expect(terminal.text()).toBe(`${Array.from({ length: 200_000 }, (_, index) => `${index + 1}\r\n`).join('')}END\r\n`)
  })

  test('pulls first, and shows how far it is', async ({ onTerminal }) => {
    await using terminal = onTerminal(['run', '--rm', '-it', '--network=none', '-e', 'PS1=PROMPT>', 'alpine', 'sh'])
    const before = await terminal.shows('PROMPT>')
    expect(before).toContain('docker.io/library/alpine:latest')
    expect(before).toContain('\x1b[J') // drawn again
    expect(before).toContain('done')
    terminal.type('exit 3\r')
    expect(await terminal.exitCode()).toBe(3)
  })
})

describe('-t without -i', () => {
  test('is a terminal that takes no keys; ^C goes to the container', async ({ onTerminal }) => {
    const script = 'tty; trap "echo got-int; exit 5" INT; echo READY; while :; do sleep 0.02; done'
    await using terminal = onTerminal([...RUN, '-t', 'alpine', 'sh', '-c', script])
    await terminal.shows('/dev/pts/0')
    await terminal.shows('READY')
    expect(await terminal.mode()).toBe('cooked')
    terminal.type('\x03')
    expect(await terminal.exitCode()).toBe(5)
    expect(terminal.text().match(/got-int/g)).toHaveLength(1)
  })

  test('into a pipe, the output is that of a terminal', async ({ tspod }) => {
    const { stdout, exitCode } = await tspod(...RUN, '-t', 'alpine', 'sh', '-c', 'test -t 1 && echo yes; exit 4')
    expect({ stdout, exitCode }).toEqual({ stdout: 'yes\r\n', exitCode: 4 })
  })

  test('detached, the log has what it writes', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', '-t', 'alpine', 'sh', '-c', 'test -t 0 && echo yes')
    await tspod('wait', box.id)
    expect((await tspod('logs', box.id)).stdout).toBe('yes\r\n')
  })
})

describe('-i without -t', () => {
  test('leaves the terminal cooked, and ^D ends the input', async ({ onTerminal }) => {
    await using terminal = onTerminal([...RUN, '-i', 'alpine', 'cat'])
    terminal.type('one\r')
    await terminal.shows('one\r\none\r\n')
    terminal.type('\x04')
    expect(await terminal.exitCode()).toBe(0)
  })
})

describe('exec -it', () => {
  test('gives a terminal of its own, of the size of the caller', async ({ onTerminal, tspod }) => {
    await using box = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
    await using terminal = onTerminal(['exec', '-it', '-e', 'PS1=PROMPT>', box.id, 'sh'], { rows: 41, columns: 111 })
    await terminal.shows('PROMPT>')
    expect(await terminal.mode()).toBe('raw')
    terminal.type('stty size; tty\r')
    await terminal.shows('\r\n41 111\r\n/dev/pts/0\r\n')
    terminal.type('exit 9\r')
    expect(await terminal.exitCode()).toBe(9)
    expect(await terminal.mode()).toBe('cooked')
  })

  test('a new size arrives', async ({ onTerminal, tspod }) => {
    await using box = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
    await using terminal = onTerminal(['exec', '-it', box.id, 'sh', '-c', LISTEN])
    await terminal.shows('READY')
    terminal.resize(20, 60)
    await terminal.shows('got-winch\r\n20 60\r\n')
  })
})

/** From the record of the one container. Format: engine/launcher/monitor.c. */
function monitorOf({ runroot }: Tspod): number {
  const [id = ''] = readdirSync(join(runroot, 'containers'))
  const [, , , monitor] = readFileSync(join(runroot, 'containers', id, 'record'), 'utf8').split(' ')
  return Number(monitor)
}
