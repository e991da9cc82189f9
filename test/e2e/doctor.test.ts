import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { Finding } from '../../engine/doctor/finding.ts'
import { expect, test } from '../support/fixtures.ts'
import { type Result, resultOf, TSPOD, type Tspod } from '../support/tspod.ts'

const UID = `${process.getuid?.() ?? 0}`

interface Doctor extends Result {
  readonly findings: readonly Finding[]
  of(name: string): Finding | undefined
}

function doctorOf(result: Result): Doctor {
  const findings = JSON.parse(result.stdout) as Finding[]
  return { ...result, findings, of: (name) => findings.find((finding) => finding.name === name) }
}

type Place = { readonly directory: string; readonly tspod: Tspod }

/** A command on a machine that `setUp` has changed: as root of a mount namespace that sees the changes, it becomes the user again. */
async function where(setUp: string, { directory, tspod }: Place, ...args: string[]): Promise<Result> {
  const runtime = join(directory, 'runtime')
  mkdirSync(runtime, { mode: 0o700, recursive: true })
  const become = `exec unshare --user --map-user=${UID} --map-group=${process.getgid?.() ?? 0} "$@"`
  const argv = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, ...args]
  const outer = ['--user', '--map-root-user', '--mount', 'sh', '-ec', `${setUp}\n${become}`, 'sh']
  const child = startChild('unshare', [...outer, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: directory,
    env: { ...process.env, XDG_RUNTIME_DIR: runtime },
  })
  try {
    return await resultOf(child)
  } finally {
    const [holder] = (readTextIfExists(join(runtime, 'tspod/holder')) ?? '').split(' ')
    if (holder) process.kill(Number(holder), 'SIGKILL')
  }
}

async function doctorWhere(setUp: string, place: Place): Promise<Doctor> {
  return doctorOf(await where(setUp, place, 'doctor', '--json'))
}

test('on this machine all that a container needs is there, and nothing is left behind', async ({ tspod, host }) => {
  await tspod('images')
  const before = host.traces()
  const doctor = doctorOf(await tspod('doctor', '--json'))
  expect(doctor).toMatchObject({ stderr: '' })
  expect([0, 1]).toContain(doctor.exitCode)
  expect(doctor.exitCode).toBe(doctor.findings.every(({ state }) => state === 'ok') ? 0 : 1)
  for (const name of [
    'user namespaces',
    'subordinate ids',
    'newuidmap, newgidmap',
    'storage',
    'slirp4netns',
    'seccomp',
  ]) {
    expect(doctor.of(name), name).toMatchObject({ state: 'ok' })
  }
  for (const finding of doctor.findings) if (finding.state !== 'ok') expect(finding).toHaveProperty('lost')
  expect(host.traces()).toEqual(before)
})

test('in lines, each with its state', async ({ tspod }) => {
  const { stdout } = await tspod('doctor')
  expect(stdout).toMatch(/^ok {8}user namespaces {6}they work$/m)
  for (const line of stdout.trimEnd().split('\n'))
    expect(line).toMatch(/^(ok {6}|degraded|missing {1}) {2}\S|^ {10}(lost|mend): \S/)
})

test('a user without subordinate ids', async ({ tspod, directory }) => {
  const doctor = await doctorWhere('mount --bind /dev/null /etc/subuid', { tspod, directory })
  expect(doctor.exitCode).toBe(1)
  expect(doctor.of('user namespaces')).toMatchObject({ state: 'ok' })
  expect(doctor.of('subordinate ids')).toMatchObject({
    state: 'degraded',
    what: 'you have none in /etc/subuid',
    mend: expect.stringMatching(/^sudo usermod --add-subuids \d+-\d+ --add-subgids \d+-\d+ tspod-test$/),
  })
})

test('without newuidmap, on another distribution', async ({ tspod, directory }) => {
  writeFileSync(join(directory, 'os-release'), 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n')
  const setUp = 'mount --bind /dev/null /usr/bin/newuidmap\nmount --bind ./os-release "$(readlink -f /etc/os-release)"'
  const doctor = await doctorWhere(setUp, { tspod, directory })
  expect(doctor.exitCode).toBe(1)
  expect(doctor.of('newuidmap, newgidmap')).toMatchObject({
    state: 'degraded',
    what: 'newuidmap not found',
    mend: 'sudo zypper install shadow',
  })
})

test('where no user namespace can be made it says what forbids it, and every other command fails', async ({
  tspod,
  directory,
}) => {
  // One more may be made: the one in which the command is the user again.
  const setUp = 'echo 1 > /proc/sys/user/max_user_namespaces'
  const doctor = await doctorWhere(setUp, { tspod, directory })
  expect(doctor.exitCode).toBe(2)
  expect(doctor.stderr).toContain('[E_NO_USER_NAMESPACE]')
  expect(doctor.of('user namespaces')).toMatchObject({ state: 'missing', isEssential: true })
  expect(doctor.of('storage')).toBeUndefined()
  const run = await where(setUp, { tspod, directory }, 'run', '--rm', 'alpine', 'true')
  expect(run).toMatchObject({ exitCode: 125, stdout: '' })
  expect(run.stderr).toMatch(
    /^error: this host gives no user namespace: .*\[E_NO_USER_NAMESPACE\]\nhint: run "tspod doctor".*\n$/,
  )
  expect(await where(setUp, { tspod, directory }, 'help', 'E_NO_SPACE')).toMatchObject({ exitCode: 0 })
})

test('--repair unpacks anew what is damaged', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  const [name = ''] = readdirSync(join(tspod.root, 'layers'))
  const file = join(tspod.root, 'layers', name, 'etc/passwd')
  const before = readFileSync(file)
  writeFileSync(file, 'nobody')
  expect((await tspod('doctor', '--repair')).stdout).toMatch(/\n {2}repaired: /)
  expect(readFileSync(file)).toEqual(before)
})
