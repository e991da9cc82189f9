/** For root: an ordinary user of this machine, and programs of a checkout run as that user. */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'

export interface MachineUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Where the user sees the checkout, which may be somewhere only root can read. */
const CHECKOUT = '/run/tspod-checkout'

export async function installPackages(packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runProgram('apt-get', ['update', '-qq'], { env })
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
}

/** Makes the user where there is none, with ranges of ids, a runtime directory and the devices an engine needs. */
export async function prepareUser(name: string): Promise<MachineUser> {
  for (const device of ['/dev/fuse', '/dev/net/tun']) chmodSync(device, 0o666)
  if (!findUser(name)) await runProgram('useradd', ['--create-home', '--shell', '/bin/bash', name])
  const user = findUser(name)
  if (!user) throw new Error(`useradd made no ${name}`)
  for (const [file, option] of [
    ['/etc/subuid', '--add-subuids'],
    ['/etc/subgid', '--add-subgids'],
  ] as const) {
    const ranges = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (ranges.split('\n').some((line) => line.startsWith(`${name}:`))) continue
    const first = firstFreeId(ranges)
    await runProgram('usermod', [option, `${first}-${first + 65535}`, name])
  }
  const runtime = runtimeDirectory(user)
  mkdirSync(runtime, { recursive: true })
  chmodSync(runtime, 0o700)
  chownSync(runtime, user.uid, user.gid)
  return user
}

/**
 * Runs a program of the checkout as the user, in a mount namespace of its own.
 *
 * `argv` gets the path of the checkout as the user sees it. `view` is shell that runs as root
 * before, to change what is mounted. With `ownProcesses` no process it starts outlives it.
 * Returns the exit status.
 */
export async function runAsUser(
  user: MachineUser,
  checkout: string,
  options: {
    readonly argv: (checkout: string) => readonly string[]
    readonly view?: string
    readonly ownProcesses?: boolean
  },
): Promise<number> {
  mkdirSync(CHECKOUT, { recursive: true })
  const script = [
    'set -e',
    'mount --bind "$1" "$2"; cd "$2"; shift 2',
    options.view ?? '',
    // As the first process of its namespace the shell stays, and reaps.
    options.ownProcesses ? '"$@" || exit' : 'exec "$@"',
  ].join('\n')
  const namespaces = options.ownProcesses ? ['-m', '--pid', '--fork', '--kill-child', '--mount-proc'] : ['-m']
  const asUser = `setpriv --reuid ${user.uid} --regid ${user.gid} --init-groups --inh-caps=-all --`.split(' ')
  const argv = [...asUser, relocated(process.execPath, checkout), ...options.argv(CHECKOUT)]
  return await runProgram('unshare', [...namespaces, 'sh', '-c', script, 'sh', checkout, CHECKOUT, ...argv], {
    env: environmentOf(user),
    mayFail: true,
  })
}

function environmentOf(user: MachineUser): NodeJS.ProcessEnv {
  return {
    PATH: `${CHECKOUT}/node_modules/.bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    XDG_RUNTIME_DIR: runtimeDirectory(user),
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    ...passedOn('CI'),
    ...passedOn('TSPOD_TEST_SEED'),
  }
}

function passedOn(name: string): NodeJS.ProcessEnv {
  const value = process.env[name]
  return value ? { [name]: value } : {}
}

function runtimeDirectory(user: MachineUser): string {
  return `/run/user/${user.uid}`
}

function findUser(name: string): MachineUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
  const [, , uid, gid, , home] = line?.split(':') ?? []
  return uid && gid && home ? { name, uid: Number(uid), gid: Number(gid), home } : undefined
}

/** Behind all ranges that are given away. Source: subuid(5). */
function firstFreeId(ranges: string): number {
  const ends = ranges.split('\n').map((line) => {
    const [, first, count] = line.split(':')
    return (Number(first) || 0) + (Number(count) || 0)
  })
  return Math.max(524_288, ...ends)
}

function relocated(path: string, checkout: string): string {
  return path.startsWith(checkout) ? join(CHECKOUT, path.slice(checkout.length)) : path
}
