/**
 * `npm test [-- FILTER…]`: every test. As root it first makes the machine fit (packages, an
 * ordinary user, devices) and then runs the tests as that user; as an ordinary user it says
 * what is missing.
 */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../base/child.ts'
import { missingPackages, requireMachine } from '../test/support/machine.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const USER = 'tspod-test'

await run(process.execPath, [join(ROOT, 'scripts/build.ts')], process.env)
const filters = process.argv.slice(2)
if (process.getuid?.() === 0) process.exitCode = await testAsUser(await prepareMachine())
else {
  try {
    requireMachine()
    process.exitCode = await run(process.execPath, vitestArgv(ROOT), process.env, true)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

/** Packages, devices, and the user; returns its ids. */
async function prepareMachine(): Promise<{ uid: number; gid: number; home: string }> {
  const missing = missingPackages()
  if (missing.length > 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], env)
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env)
  }
  for (const device of ['/dev/fuse', '/dev/net/tun']) chmodSync(device, 0o666)
  if (findUser() === undefined) await run('useradd', ['--create-home', '--shell', '/bin/bash', USER], process.env)
  const [uid, gid, home] = findUser() ?? [0, 0, '']
  for (const [file, option] of [
    ['/etc/subuid', '--add-subuids'],
    ['/etc/subgid', '--add-subgids'],
  ] as const) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (!text.includes(`${USER}:`)) await run('usermod', [option, '524288-589823', USER], process.env)
  }
  const runtime = `/run/user/${uid}`
  mkdirSync(runtime, { recursive: true })
  chmodSync(runtime, 0o700)
  chownSync(runtime, uid, gid)
  return { uid, gid, home }
}

function findUser(): [uid: number, gid: number, home: string] | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${USER}:`))
  const [, , uid, gid, , home] = line?.split(':') ?? []
  return uid && gid && home ? [Number(uid), Number(gid), home] : undefined
}

/** The user may not be able to read where root has its checkout, so it sees it through a mount of its own. */
async function testAsUser(user: { uid: number; gid: number; home: string }): Promise<number> {
  const checkout = '/run/tspod-checkout'
  mkdirSync(checkout, { recursive: true })
  const env = {
    PATH: `${checkout}/node_modules/.bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
    HOME: user.home,
    USER,
    LOGNAME: USER,
    XDG_RUNTIME_DIR: `/run/user/${user.uid}`,
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    ...(process.env['CI'] ? { CI: process.env['CI'] } : {}),
  }
  const script = 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"'
  const asUser = [
    'setpriv',
    '--reuid',
    `${user.uid}`,
    '--regid',
    `${user.gid}`,
    '--init-groups',
    '--inh-caps=-all',
    '--',
  ]
  const argv = ['-m', 'sh', '-c', script, 'sh', ROOT, checkout, ...asUser, relocated(checkout), ...vitestArgv(checkout)]
  return await run('unshare', argv, env, true)
}

function relocated(checkout: string): string {
  return process.execPath.startsWith(ROOT) ? join(checkout, process.execPath.slice(ROOT.length)) : process.execPath
}

function vitestArgv(checkout: string): string[] {
  return [
    join(checkout, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--configLoader=native',
    '--reporter=default',
    `--reporter=${join(checkout, 'test/support/closing-line.ts')}`,
    ...filters,
  ]
}

async function run(file: string, argv: readonly string[], env: NodeJS.ProcessEnv, mayFail = false): Promise<number> {
  const child = startChild(file, argv, { stdio: 'inherit', env })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  if (code !== 0 && !mayFail) throw new Error(`${file} ${argv.join(' ')} failed`)
  return code
}
