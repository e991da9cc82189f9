import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as passing } from 'node:timers/promises'
import { inject } from 'vitest'
import { test as base, expect } from '../support/fixtures.ts'
import { openScreen, type Screen } from '../support/screen.ts'
import { sshWithTerminal } from '../support/ssh.ts'
import type { TerminalOptions } from '../support/terminal.ts'
import { TSPOD } from '../support/tspod.ts'

type OnScreen = (args: readonly string[], options?: TerminalOptions) => Screen

const ENV = { TERM: 'xterm-256color', CONTAINERS_CONF: '/dev/null' }

const test = base.extend<{ onScreen: OnScreen }>({
  onScreen: async ({ tspod, directory }, use) => {
    const { NO_COLOR: _, ...own } = process.env
    const env = { ...own, ...ENV, CONTAINERS_REGISTRIES_CONF: inject('registriesConf') }
    const roots = ['--root', tspod.root, '--runroot', tspod.runroot]
    await use((args, options = {}) =>
      openScreen([TSPOD, ...roots, ...args], { cwd: directory, ...options, env: { ...env, ...options.env } }),
    )
  },
})

const NONE = '--network=none'

/** The row of the list that is selected. */
const selected = (screen: Screen): string => screen.lines().find((line) => line.startsWith('> ')) ?? ''

test('containers as they live, the plain list at the end, and the terminal as it was', async ({ tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await tspod('run', '--name', 'job', NONE, 'alpine', 'sh', '-c', 'exit 3')
  await using screen = onScreen(['ps'], { rows: 30, columns: 100 })
  await screen.until(/^> web +running +\d+\.\d .+alpine:latest/m)
  await screen.untilScreen('alternate')
  await screen.becomes('raw')
  await screen.until(/^ {2}job +exited \(3\)/m)
  // A picture comes in pieces.
  await expect.poll(() => screen.lines().at(-1)).toMatch(/^l logs .*q quit$/)
  await expect
    .poll(() => screen.lines()[0])
    .toMatch(/^\[Containers 2\] Images 1 +Volumes +Networks 1 +Events +1 running, by state$/)
  expect(screen.lines()[1]).toMatch(/^ {2}NAME +STATE +CPU% +MEMORY +AGE +IMAGE +PORTS$/)
  // What happens elsewhere shows by itself.
  await tspod('stop', '-t', '0', 'web')
  await screen.until(/web +exited \(137\)/)
  await tspod('run', '-d', '--name', 'other', NONE, 'alpine', 'sleep', '1000')
  await screen.until(/other +running/)
  screen.type('q')
  await screen.untilScreen('main')
  await screen.becomes('cooked')
  expect(await screen.exitCode()).toBe(0)
  await screen.until(
    /^CONTAINER ID .*\n(.*\n)?[0-9a-f]{12} +docker.io\/library\/alpine:latest +sleep 1000 .*\n?.*other/m,
  )
  expect(screen.text()).not.toContain('web')
})

test('what is no terminal, has a flag or another name gets the list', async ({ tspod, onScreen }) => {
  const { stdout } = await tspod('ps')
  expect(stdout).toMatch(/^CONTAINER ID/)
  expect(await tspod('ui')).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('E_NO_TERMINAL') })
  for (const [args, env] of [
    [['ps', '-a'], {}],
    [['ps', '--noheading=false', '--format', 'table'], {}],
    [['--ci', 'ps'], { GITHUB_ACTIONS: 'true' }],
    [['--json', 'ps'], {}],
    [['ps'], { TSPOD_COMPAT: 'docker' }],
    [['ps'], { TERM: 'dumb' }],
  ] as const) {
    await using screen = onScreen(args, { env })
    expect(await screen.exitCode()).toBe(0)
    expect(screen.written()).toMatch(/^CONTAINER ID/)
  }
  const words = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, 'ps']
  await using half = openScreen(['/bin/sh', '-c', `${words.join(' ')} </dev/null`])
  expect(await half.exitCode()).toBe(0)
  expect(half.written()).toMatch(/^CONTAINER ID/)
  await using screen = onScreen(['ui'])
  await screen.until(/no containers/)
  screen.type('q')
  await screen.until(/CONTAINER ID/)
  expect(await screen.exitCode()).toBe(0)
})

test.for([
  // rows, columns, the headings that have room
  [15, 60, ['NAME', 'STATE', 'CPU%', 'MEMORY', 'AGE']],
  [30, 100, ['NAME', 'STATE', 'CPU%', 'MEMORY', 'AGE', 'IMAGE', 'PORTS']],
  [60, 250, ['NAME', 'STATE', 'CPU%', 'MEMORY', 'AGE', 'IMAGE', 'PORTS', 'ID', 'COMMAND']],
] as const)('a terminal of %i rows and %i columns', async ([rows, columns, headings], { tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'], { rows, columns })
  await screen.until(/> web +running[\s\S]*\nl logs/) // a picture comes in pieces
  const lines = screen.lines()
  expect(lines[1]?.trim().split(/ {2,}/)).toEqual(headings)
  expect(lines[0]).toMatch(/^\[Containers/)
  expect(lines[rows - 1]).toMatch(/^l logs/)
  // It follows the terminal, and nothing of before is left, nor of what came for a size it had for a moment.
  await new Promise<void>((resolve) => screen.emulator.write('\u001b7\u001b[8;1Hnot from here\u001b8', resolve))
  expect(screen.lines()[7]).toBe('not from here')
  screen.resize(20, 90)
  await screen.until(/^\[Containers 1\].*by state\n {2}NAME.*\n> web.*\n{17}l logs.*q quit$/)
  screen.resize(rows, columns)
  await screen.until(/^l logs.*$/m)
  await expect.poll(() => screen.lines()).toEqual(expect.arrayContaining([lines[1]]))
})

test('every key of a container: stop, start, kill, remove, filter, sort, tabs, copy', async ({ tspod, onScreen }) => {
  await using web = await tspod.start(
    '--name',
    'web',
    '-v',
    'data:/data',
    NONE,
    '--stop-timeout',
    '0',
    'alpine',
    'sleep',
    '1000',
  )
  await tspod('create', '--name', 'new', NONE, 'alpine', 'true')
  await using screen = onScreen(['ui'], { rows: 30, columns: 100 })
  await screen.until(/> web +running/)
  screen.type('x')
  await screen.until(/web +exited \(137\)[\s\S]*stopped container web/)
  screen.type('e')
  await screen.until(/container web is not running: it is exited/)
  screen.type('/web\r')
  await screen.untilGone(/ new +created/)
  screen.type('s')
  await screen.until(/web +running[\s\S]*started container web/)
  screen.type('s')
  await screen.until(/container web is running already/)
  screen.type('K')
  await screen.until(/kill container web\? y\/n/)
  screen.type('n')
  await screen.untilGone(/y\/n/)
  screen.type('Ky')
  await screen.until(/web +exited \(137\)[\s\S]*killed container web/)
  screen.type('y')
  await screen.until(/copied the id of container web/)
  expect(screen.written()).toContain(`\u001b]52;c;${Buffer.from(web.id).toString('base64')}\u0007`)
  screen.type('dy')
  await screen.until(/removed container web/)
  await screen.until(/no containers match "web"/)
  // What is typed at once comes at once, as over a slow line: escape is still a key of its own.
  screen.type('\u001b/new\r')
  await screen.until(/filter: new\n[\s\S]*> new +created/)
  screen.type('\u001b/we\u001b\r')
  await screen.until(/^logs of new/m)
  screen.type('q')
  await screen.until(/> new +created/)
  expect((await tspod('ps', '-aq', '--filter', 'name=web')).stdout).toBe('')
  // What is not there says so, and what cannot be done, with a hint.
  screen.type('3')
  await screen.until(/\[Volumes 1\][\s\S]*> data +local/)
  screen.type('x')
  await screen.until(/there is no stop for volumes/)
  for (let index = 0; index < 9; index++) await tspod('tag', 'alpine', `many-names.example/of/one/image:${index}`)
  screen.type('2')
  await screen.until(/many-names/)
  screen.type('dy')
  await screen.until(/^the image docker\.io\/library\/alpine:latest has several names: /m)
  screen.type('5')
  await screen.until(/container +remove +web/)
  screen.type('4')
  await screen.until(/> podman +bridge .*10\.\d+/)
  screen.type('1oo')
  await screen.until(/sorted by cpu/)
  screen.type('?')
  await screen.until(/ctrl-z q +suspend, leave/)
})

test('a pod is a row with its containers below it', async ({ tspod, onScreen }) => {
  await tspod('pod', 'create', '--name', 'group', '--share=ipc')
  await tspod('run', '-d', '--name', 'member', '--pod', 'group', '--stop-timeout', '0', 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'], { rows: 30, columns: 100 })
  await screen.until(/> pod group +running.*\n +└ member +running/)
  screen.type('x')
  await screen.until(/pod group +exited.*\n +└ member +exited[\s\S]*stopped pod group/)
  screen.type('dy')
  await screen.until(/no containers[\s\S]*removed pod group/)
  expect((await tspod('pod', 'ps', '-q')).stdout).toBe('')
})

test('logs: follow, search, wrap; nothing a container writes moves anything', async ({ tspod, onScreen }) => {
  const evil = '\\033]0;pwned\\007\\033[2J\\033[31mred\\033[0m \\033[10;10Hthere\\tend'
  const script = `i=0; while [ $i -lt 100 ]; do echo "line number $i"; i=$((i+1)); done; printf '${evil}\\n'; printf '%s\\n' "$(printf 'long%.0s' $(seq 60))"; until [ -e /go ]; do usleep 20000; done; echo more; printf '%s\n' "$(printf 'a\\340\\242\\230%.0s' $(seq 90))"; echo last; sleep 1000`
  await using box = await tspod.start('--name', 'web', '-l', 'bad=\u001b[31mlabel', NONE, 'alpine', 'sh', '-c', script)
  await using screen = onScreen(['ps'], { rows: 20, columns: 100 })
  await screen.until(/> web +running/)
  screen.type('l')
  await screen.until(/^logs of web: following\n(.*\n)*line number 99\nred there {4}end\nlonglong.*…$/m)
  screen.type('w')
  await screen.until(/following, wrapped[\s\S]*line number 99\nred there {4}end\n(long){25}\n(long){25}\n(long){10}$/m)
  screen.type('g')
  await screen.until(/paused, wrapped\nline number 0\nline number 1\n/)
  screen.type('/number 42\r')
  await screen.until(/\/number 42\n[\s\S]*> line number 42\n/)
  screen.type('/nowhere\r')
  await screen.until(/there is no "nowhere"/)
  screen.type('G')
  await screen.until(/following, wrapped/)
  await box.exec('touch', '/go')
  await screen.until(/^ {2}more\n[\s\S]*^ {2}last$/m)
  // Accents that the emulator takes for letters: the line has no room in it.
  expect(screen.lines()[0]).toMatch(/^\[Containers 1\]/)
  expect(screen.lines()[1]).toMatch(/^logs of web/)
  expect(screen.lines()[19]).toMatch(/^f follow/)
  screen.type('q5')
  await screen.until(/container +start +web/)
  // No string that a terminal obeys came through: neither a title nor a colour of theirs.
  expect(screen.written()).not.toContain('\u001b]')
  expect(screen.written()).not.toContain('\u001b[31mlabel')
})

test.for(['k8s-file', 'json-file'])(
  '%s: a flood of lines holds no key up, nor takes the machine',
  async (driver, { tspod, onScreen }) => {
    // Rotated, so that it does not fill the disk either.
    const log = [`--log-driver=${driver}`, '--log-opt=max-size=20m']
    const script = 'echo first; until [ -e /go ]; do usleep 20000; done; exec yes flood'
    await using box = await tspod.start('--name', 'web', NONE, ...log, 'alpine', 'sh', '-c', script)
    await using screen = onScreen(['ps'], { rows: 15, columns: 60 })
    await screen.until(/> web +running/)
    screen.type('l')
    await screen.until(/^first$/m)
    await box.exec('touch', '/go')
    await screen.until(/following, .+ left out\nflood$/m)
    const pid = await screen.pid()
    const [startMs, startBytes] = [performance.now(), bytesRead(pid)]
    for (let turn = 0; turn < 5; turn++) {
      screen.type('w')
      await screen.until(/following, wrapped/)
      screen.type('w')
      await screen.untilGone(/wrapped/)
    }
    screen.type('/floo\r')
    await screen.until(/paused[\s\S]*^> floo/m)
    screen.type('/nowhere\r')
    await screen.until(/there is no "nowhere"/)
    screen.type('G')
    await screen.until(/following/)
    screen.type('\u001b')
    await screen.until(/> web +running/)
    // A look reads half a MiB, and there are ten a second; what else is read is little.
    const seconds = (performance.now() - startMs) / 1000
    expect(bytesRead(pid) - startBytes).toBeLessThan(10e6 * (seconds + 1))
  },
)

/** Source: proc_pid_io(5). */
function bytesRead(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

test('inspect folds, top shows processes, a shell has the terminal and gives it back', async ({ tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'], { rows: 30, columns: 100 })
  await screen.until(/> web +running/)
  screen.type('i')
  await screen.until(/^container web\n> +Id "[0-9a-f]{64}"/m)
  await screen.until(/^ +\+ State \{ \d+ \}$/m)
  screen.type('jjj\r')
  await screen.until(/> v Args\n +0 "1000"/)
  screen.type('h')
  await screen.until(/> \+ Args \[ 1 \]/)
  screen.type('/RUNNING": *t\r')
  await screen.until(/there is no/)
  screen.type('/Running true\r')
  await screen.until(/^container web: \/Running true\n[\s\S]*> +Running true$/m)
  // Folded before, and with what is around it.
  screen.type('/"sleep"\r')
  await screen.until(/^ {4}v Cmd\n> +0 "sleep"\n.*\n/m)
  screen.type('N')
  await screen.until(/^> +Path "sleep"$/m)
  screen.type('n')
  await screen.until(/^> +0 "sleep"$/m)
  screen.type('qt')
  await screen.until(/^USER +PID +PPID[\s\S]*sleep 1000$/m)
  screen.type('q')
  await screen.until(/> web +running/)
  screen.type('e')
  await screen.untilScreen('main')
  await screen.until(/[#$]$/m)
  // The first key is the shell's, not ours.
  screen.type('echo $((6 * 7)); exit 127\r')
  await screen.until(/^42$|> web +running/m)
  expect(screen.written()).toMatch(/\r\n42\r\n/)
  await screen.untilScreen('alternate')
  await screen.until(/> web +running/)
  screen.type('x')
  await screen.until(/stopping…|exited/)
})

test('why there is no shell is said on one line', async ({ tspod, onScreen }) => {
  await using box = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await box.exec('/bin/busybox', 'sh', '-c', 'busybox rm /bin/sh; busybox touch /bin/sh')
  for (const [env, problem] of [
    [
      { FORCE_COLOR: '1' },
      /^could not run sh: permission denied: a directory, or not executable: name a program; .+"$/m,
    ],
    [{ TSPOD_COMPAT: 'docker' }, /^exec: "sh": permission denied: name a program; .+"$/m],
  ] as const) {
    await using screen = onScreen(['ui'], { rows: 20, columns: 200, env })
    await screen.until(/> web +running/)
    screen.type('e')
    await screen.until(problem)
  }
})

test('who leaves it before all is done is told what is waited for', async ({ tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, '--stop-timeout', '3', 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'], { rows: 20, columns: 100 })
  await screen.until(/> web +running/)
  screen.type('xq')
  await screen.untilScreen('main')
  await screen.until(/^stopping container web: ctrl-c to leave it at that$/m)
  expect(await screen.exitCode()).toBe(0)
  await screen.until(/^CONTAINER ID/m)
  expect((await tspod('inspect', '-f', '{{.State.Status}}', 'web')).stdout).toBe('exited\n')
})

test('without colours nothing but text is written', async ({ tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'], { rows: 20, columns: 100, env: { NO_COLOR: '1' } })
  await screen.until(/> web +running +\d+\.\d /)
  screen.type('j?')
  await screen.until(/^keys$/m)
  screen.type('qi')
  await screen.until(/container web/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not come
  expect(screen.written()).not.toMatch(/\u001b\[[\d;]*m/)
})

test.for([
  ['SIGKILL', 247],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('%s leaves the terminal as it was', async ([signal, status], { tspod, onScreen }) => {
  await tspod('create', '--name', 'new', NONE, 'alpine', 'true')
  await using screen = onScreen(['ps'])
  const before = await screen.settings()
  await screen.until(/> new +created/)
  await screen.becomes('raw')
  screen.kill(signal)
  await screen.untilScreen('main')
  await screen.becomes('cooked')
  expect(await screen.exitCode()).toBe(status)
  expect(await screen.settings()).toBe(before)
  // The cursor is shown: by the last sequences of all.
  expect(screen.written().split('\u001b[').slice(-2).join()).toContain('?25h')
})

test('a signal while a shell has the terminal ends both', async ({ tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'])
  const before = await screen.settings()
  await screen.until(/> web +running/)
  screen.type('e')
  await screen.until(/[#$]$/m)
  screen.kill('SIGTERM')
  expect(await screen.exitCode()).toBe(143)
  await screen.becomes('cooked')
  expect(await screen.settings()).toBe(before)
})

test('killed while a shell has the terminal, it leaves nobody at the keyboard', async ({ tspod, onScreen }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  await using screen = onScreen(['ps'])
  const before = await screen.settings()
  await screen.until(/> web +running/)
  screen.type('e')
  await screen.until(/[#$]$/m)
  await screen.becomes('raw')
  const pid = await screen.pid()
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const shell = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('\0exec\0-it\0'))
  expect(shell).toBeDefined()
  screen.kill('SIGKILL')
  expect(await screen.exitCode()).toBe(247)
  await expect.poll(() => existsSync(`/proc/${shell}`)).toBe(false)
  await screen.becomes('cooked')
  expect(await screen.settings()).toBe(before)
})

test('wherever the cursor was, the screen begins at its corner', async ({ tspod, directory }) => {
  const command = `printf abcdefgh; ${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} ui`
  await using screen = openScreen(['/bin/sh', '-c', command], { cwd: directory, env: { ...process.env, ...ENV } })
  await screen.until(/no containers/)
  expect(screen.lines()[0]).toMatch(/^\[Containers\] Images/)
  screen.type('q')
  await screen.until(/^abcdefgh/m)
})

test('storage that is removed is said to be', async ({ tspod, onScreen }) => {
  await tspod('create', '--name', 'new', NONE, 'alpine', 'true')
  await using screen = onScreen(['ps'])
  await screen.until(/> new +created/)
  renameSync(join(tspod.root, 'state.db'), join(tspod.root, 'elsewhere'))
  await screen.until(/ was removed: what is shown here is not there any more/)
  renameSync(join(tspod.root, 'elsewhere'), join(tspod.root, 'state.db'))
  screen.type('q')
  expect(await screen.exitCode()).toBe(0)
})

test('ctrl-z stops it and gives the terminal back until it goes on', async ({ tspod, onScreen }) => {
  await tspod('create', '--name', 'new', NONE, 'alpine', 'true')
  await using screen = onScreen(['ps'])
  await screen.until(/> new +created/)
  screen.type('\u001a')
  await screen.untilScreen('main')
  await screen.becomes('cooked')
  const pid = await screen.pid()
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) T /)
  screen.kill('SIGCONT')
  await screen.untilScreen('alternate')
  await screen.until(/> new +created/)
  await screen.becomes('raw')
  screen.type('?')
  await screen.until(/^keys$/m)
})

test('in tmux, where it comes and goes as anywhere', async ({ tspod, directory }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  const command = `${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} ps; exec sh`
  const tmux = ['/usr/bin/tmux', '-f', '/dev/null', '-S', join(directory, 'tmux')]
  await using screen = openScreen([...tmux, 'new-session', command], {
    rows: 25,
    columns: 100,
    cwd: directory,
    env: { ...process.env, ...ENV, TMUX: '' },
  })
  await screen.until(/^\[Containers 1\][\s\S]*> web +running/)
  screen.resize(20, 80)
  await screen.until(/\n {2}NAME.*\n> web[\s\S]*\nl logs/)
  screen.type('q')
  await screen.until(/CONTAINER ID[\s\S]*web/)
  screen.type('exit\r')
  expect(await screen.exitCode()).toBe(0)
})

test('over ssh, where a connection that breaks ends it', async ({ tspod, directory, host }) => {
  await using _web = await tspod.start('--name', 'web', NONE, 'alpine', 'sleep', '1000')
  const ssh = await sshWithTerminal(directory)
  const command = `CONTAINERS_CONF=/dev/null ${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} ps`
  const options = { rows: 25, columns: 100, cwd: directory, env: { ...process.env, ...ENV } }
  {
    await using screen = openScreen([...ssh, command], options)
    await screen.until(/^\[Containers 1\][\s\S]*> web +running/)
    screen.resize(20, 80)
    await screen.until(/\n {2}NAME.*\n> web[\s\S]*\nl logs/)
    screen.type('e')
    await screen.until(/[#$]$/m)
    screen.type('stty size; exit\r')
    await screen.untilScreen('alternate')
    expect(screen.written()).toContain('\r\n20 80\r\n')
    await screen.until(/> web +running/)
    screen.type('q')
    await screen.until(/CONTAINER ID[\s\S]*web/)
    expect(await screen.exitCode()).toBe(0)
  }
  const before = host.traces().processes
  {
    await using screen = openScreen([...ssh, command], options)
    await screen.until(/> web +running/)
    screen.kill('SIGKILL')
    await screen.exitCode()
  }
  await expect.poll(() => host.traces().processes).toEqual(before)
})

test('300 containers: the list moves at once, and idle it takes next to nothing', { timeout: 300_000 }, async ({
  tspod,
  onScreen,
}) => {
  const each = async (count: number, make: (index: number) => Promise<unknown>): Promise<void> => {
    const indexes = Array.from({ length: count }, (_, index) => index).values()
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (const index of indexes) await make(index)
      }),
    )
  }
  await each(280, (index) => tspod('create', '--name', `made-${index}`, NONE, 'alpine', 'true'))
  await each(20, (index) => tspod('run', '-d', '--name', `runs-${index}`, NONE, 'alpine', 'sleep', '1000'))
  await using screen = onScreen(['ps'], { rows: 50, columns: 160 })
  await screen.until(/\[Containers 300\].*20 running[\s\S]*\n> /)
  const [first] = [selected(screen)]
  screen.type('G')
  await screen.until(/> made-\d+ +created/)
  screen.type('g')
  await screen.until(new RegExp(`^${first?.slice(0, 10)}`, 'm'))
  const pid = await screen.pid()
  // What else the machine does makes it dearer, never cheaper.
  let share = 1
  for (let look = 0; look < 3 && share >= 0.05; look++) share = Math.min(share, await shareOfCore(pid, 10_000))
  console.log(`idle with 300 containers: ${(share * 100).toFixed(1)} % of a core`)
  expect(share).toBeLessThan(0.05)
})

async function shareOfCore(pid: number, durationMs: number): Promise<number> {
  const [startMs, startTicks] = [performance.now(), ticksOf(pid)]
  await passing(durationMs)
  return ((ticksOf(pid) - startTicks) * 10) / (performance.now() - startMs)
}

/** Of 10 ms each. Source: proc_pid_stat(5), utime and stime. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}
