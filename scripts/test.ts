/**
 * `npm test [-- FILTER…]`: every test. As root it first makes the machine fit (packages, an
 * ordinary user, devices) and then runs the tests as that user; as an ordinary user it says
 * what is missing.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingPackages, requireMachine } from '../test/support/machine.ts'
import { installPackages, prepareUser, runAsUser } from './as-user.ts'
import { delegateCgroup } from './delegated-cgroup.ts'
import { runProgram } from './run-program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const USER = 'tspod-test'
/** Terminals that are of the group tty (of 5 on all distributions), without which sshd opens none for an ordinary user. */
const TERMINALS = 'mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts /dev/pts'

const filters = process.argv.slice(2)
if (process.getuid?.() === 0) {
  await installPackages(missingPackages())
  await build()
  const user = await prepareUser(USER)
  process.exitCode = await runAsUser(user, ROOT, { argv: vitestArgv, view: `${delegateCgroup(user)}\n${TERMINALS}` })
} else {
  try {
    requireMachine()
    await build()
    process.exitCode = await runProgram(process.execPath, vitestArgv(ROOT), { mayFail: true })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

/** For all architectures: the package is tested, too. */
async function build(): Promise<void> {
  await runProgram(process.execPath, [join(ROOT, 'scripts/build.ts'), '--all'])
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
