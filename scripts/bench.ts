/**
 * `npm run bench [-- NAME…]`: tspod beside podman on this machine, as one Markdown table.
 *
 * --only ENGINE    only tspod or podman
 * --json FILE      all figures, too
 * --write-readme   put the table into README.md
 *
 * As root it first makes the machine fit and then measures as an ordinary user, in a mount
 * namespace with cgroup v2, which is what podman needs.
 */
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatReport, replaceBench } from '../test/bench/markdown.ts'
import type { Report } from '../test/bench/report.ts'
import { missingPackages, requireMachine } from '../test/support/machine.ts'
import { installPackages, prepareUser, runAsUser } from './as-user.ts'
import { runProgram } from './run-program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const USER = 'tspod-bench'
const README = join(ROOT, 'README.md')

/** Processes and what is in memory end with the namespaces. Podman asks for a shared root. */
const VIEW = `
	[ -f /sys/fs/cgroup/cgroup.controllers ] || mount -t cgroup2 none /sys/fs/cgroup
	mount -t tmpfs -o mode=1777 tmpfs /dev/shm
	mount --make-rshared /
`

const { values, positionals } = readArguments()
if (values.only !== 'podman') await runProgram(process.execPath, [join(ROOT, 'scripts/build.ts')])
const isRoot = process.getuid?.() === 0
const directory = mkdtempSync('/var/tmp/tspod-bench-')
// the parts of this run end by the same signal, and then this tidies up
process.once('SIGINT', () => {})
try {
  const status = isRoot ? await measureAsUser() : await measureAsSelf()
  if (status === 0) publish(JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8')))
  process.exitCode = status
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function readArguments() {
  try {
    return parseArgs({
      options: { only: { type: 'string' }, json: { type: 'string' }, 'write-readme': { type: 'boolean' } },
      allowPositionals: true,
    })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error('usage: npm run bench [-- [--only tspod|podman] [--json FILE] [--write-readme] [NAME…]]')
    process.exit(1)
  }
}

async function measureAsUser(): Promise<number> {
  const peers = { podman: '/usr/bin/podman', crun: '/usr/bin/crun' }
  const clients = { iperf3: '/usr/bin/iperf3', 'apache2-utils': '/usr/bin/ab' }
  const missing = Object.entries({ ...peers, ...clients }).flatMap(([name, program]) =>
    existsSync(program) ? [] : [name],
  )
  await installPackages([...missingPackages(), ...missing])
  const user = await prepareUser(USER)
  chownSync(directory, user.uid, user.gid)
  return await runAsUser(user, ROOT, { argv: measureArgv, view: VIEW, ownProcesses: true })
}

async function measureAsSelf(): Promise<number> {
  requireMachine()
  return await runProgram(process.execPath, measureArgv(ROOT), { mayFail: true })
}

function measureArgv(checkout: string): string[] {
  const only = values.only ?? (isRoot || existsSync('/usr/bin/podman') ? undefined : 'tspod')
  if (only !== values.only) console.error('podman is missing (apt-get install podman crun): only tspod is measured')
  return [
    join(checkout, 'test/bench/measure.ts'),
    ...['--directory', directory],
    ...(only === undefined ? [] : ['--only', only]),
    ...positionals,
  ]
}

function publish(report: Report): void {
  const table = formatReport(report)
  console.log(table)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)
  if (values['write-readme']) writeFileSync(README, replaceBench(readFileSync(README, 'utf8'), table))
}
