import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import type { ErrorCode } from '../../base/error-codes.ts'
import { EXIT, TspodError, type TspodErrorOptions } from '../../base/errors.ts'
import { lowPortHint } from '../../network/ports/low-port.ts'
import { MAKE_ROOM } from '../../storage/errors.ts'
import type { Step } from './step.ts'

interface Meaning extends TspodErrorOptions {
  readonly words?: string
  readonly code?: ErrorCode
  /** only of steps that are for this; of others the errno says enough */
  readonly why?: string
  /** a hint that depends on the step */
  readonly hintFor?: (step: Step) => string | undefined
}

/** What a step says that runs a program which somebody has named; our own programs are started. */
const RUN = 'run '

const NO_PROGRAM: Meaning = {
  exitCode: EXIT.notFound,
  words: 'no such file, or not in PATH',
  hintFor: ({ why }) => (why.startsWith(RUN) ? absentProgramHint(why.slice(RUN.length)) : undefined),
}

const FOREIGN: Meaning = {
  words: 'not permitted',
  hint: 'it belongs to another user namespace: make it in "tspod unshare"',
}

const FULL_DISK: Meaning = { code: 'E_NO_SPACE', hint: MAKE_ROOM }

/** What execve(2) says of a file it says of its interpreter, too; a whole line in quotes is one word. */
function absentProgramHint(program: string): string | undefined {
  if (program.startsWith('-'))
    return 'write flags before the image or the container: what stands behind it is the program'
  if (/^[^\s/]+\s/.test(program))
    return 'write the program and its arguments as words of their own, or have a shell take the line: sh -c "…"'
  if (!program.includes('/')) return undefined
  return 'if the file is there, what it needs to run is not: the interpreter that its first line names (without a carriage return), or its dynamic loader'
}

/** The one table of what an errno means for an op, where the kernel's word for it misleads. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  'exec-failed ENOENT': NO_PROGRAM,
  'exec-failed ENOTDIR': NO_PROGRAM,
  'exec-failed EACCES': {
    exitCode: EXIT.notExecutable,
    words: 'permission denied: a directory, or not executable',
    hint: 'name a program; if it is a file of your own, make it executable with "chmod +x"',
  },
  'exec ENOEXEC': {
    exitCode: EXIT.notExecutable,
    words: 'exec format error: no program of this machine, and no script with #!',
  },
  'exec E2BIG': { exitCode: EXIT.notExecutable, words: 'the arguments and the environment are too long' },
  'exec-failed ELOOP': { exitCode: EXIT.notExecutable, words: 'too many symbolic links' },
  'exec EPERM': { exitCode: EXIT.notExecutable },
  'clone EPERM': {
    words: 'not permitted',
    hint: 'this host forbids user namespaces: "tspod doctor" says by what, and which command changes that',
  },
  'clone ENOSPC': {
    words: 'too many namespaces, not a full disk',
    hint: 'have root raise the limits max_*_namespaces in /proc/sys/user',
  },
  'clone EAGAIN': { words: 'too many processes', hint: 'end some of yours, or raise the limit that "ulimit -u" shows' },
  'filesystem EPERM': {
    words: 'not permitted',
    hint: 'tspod is in a container itself, which hides parts of /proc: start that one with --security-opt unmask=ALL, or in docker systempaths=unconfined',
  },
  'hostname EPERM': {
    words: 'not permitted',
    hint: 'tspod is in a container itself, whose seccomp filter forbids it: start that one with --security-opt seccomp=unconfined, or use --uts=host',
  },
  'attach EINVAL': {
    words: 'one of them is a directory, and the other is none',
    hint: 'mount a directory on a directory and a file on a file: see what the image has there',
  },
  'copy-up ENOSPC': {
    words: 'no space left in it',
    hint: 'give it a larger size=, or the option notmpcopyup to begin with nothing',
  },
  'copy-up ELOOP': { words: 'directories are nested too deeply', hint: 'give it the option notmpcopyup' },
  'real ELOOP': {
    words: 'it is a link',
    hint: 'the image is made so that the file systems of the kernel would be elsewhere: it is broken, or means harm',
  },
  'tree-below ELOOP': { words: 'a link is on the way, and a subpath must not go through one' },
  'tree-below EXDEV': { words: 'it leads out of the source' },
  'tree-joined ENODEV': { words: 'it has no file system in memory there' },
  'mount ENOSPC': {
    words: 'too many mounts, not a full disk',
    hint: 'have root raise the limit in /proc/sys/fs/mount-max',
  },
  'join-path ENOENT': { words: 'no such file' },
  'join-path EINVAL': { words: 'that is none' },
  'join-path ENXIO': { words: 'that is none' },
  'join-path EPERM': FOREIGN,
  'join-path EACCES': FOREIGN,
  'join-pid ESRCH': { words: 'the container is not running' },
  'await-sync ECHILD': { words: 'its first process ended while it was being set up' },
  'await-exec ECHILD': { words: 'its first process ended while it was being set up' },
  'tell ECHILD': { words: 'its first process ended while it was being set up' },
  'await-helper ECHILD': { words: "the container's first process ended while it was being set up" },
  'await-helper ETIMEDOUT': { words: 'it was not ready within 30 seconds' },
  'await-helper EIO': { words: 'it ended before it was ready' },
  'listen EADDRINUSE': {
    code: 'E_PORT_IN_USE',
    words: 'it is in use',
    hint: 'end what listens there, see "ss -tulpn", or publish on another port',
  },
  'listen EACCES': {
    code: 'E_PORT_NOT_ALLOWED',
    words: 'it is for root alone',
    hintFor: ({ args: [, , address = ''] }) => lowPortHint(portOf(address)),
  },
  'listen EINVAL': { code: 'E_BAD_PORT', words: 'that is no address of this host alone' },
  'listen EADDRNOTAVAIL': { code: 'E_BAD_PORT', words: 'the host has no such address' },
  'reach ENOENT': { code: 'E_NETWORKS_GONE' },
  'reach ECONNREFUSED': { code: 'E_NETWORKS_GONE' },
  'join-recorded ENOENT': { code: 'E_NETWORKS_GONE' },
  // The default route: the kernel takes no gateway that is behind no link.
  'netlink EINVAL': { why: 'make the bridge of the network', code: 'E_NETWORK_LOST', words: 'its uplink has ended' },
  // Who holds them is in another user namespace: its holder and the file of that are gone.
  'join EPERM': { why: 'enter the networks', code: 'E_NETWORKS_GONE' },
  'watch-recorded ENOENT': { code: 'E_NETWORKS_GONE' },
  'watch-recorded ESRCH': { code: 'E_NETWORKS_GONE' },
  'tell ESRCH': { code: 'E_CONTAINER_NOT_RUNNING', words: 'the container is not running' },
  'tell ECONNRESET': { code: 'E_NETWORKS_GONE', words: 'the gateway ended' },
  'tell ESHUTDOWN': { code: 'E_NETWORKS_GONE', words: 'the gateway ended' },
  'chdir ENOENT': { exitCode: EXIT.notFound, words: 'no such directory', hint: 'give another one with --workdir' },
  'chdir EACCES': {
    exitCode: EXIT.engine,
    hint: 'its permissions keep the user of the program out: give another directory with --workdir, or another user with --user',
  },
  'directory ENOSPC': FULL_DISK,
  'file ENOSPC': FULL_DISK,
  'link ENOSPC': FULL_DISK,
  'log ENOSPC': FULL_DISK,
  'log ENXIO': { words: 'it is a pipe that nobody reads' },
  'record ENOSPC': FULL_DISK,
  'supervise ENOSPC': FULL_DISK,
  'filter EINVAL': { words: 'the kernel does not accept the seccomp filter' },
}

/** Turns the launcher's "failed INDEX ERRNO" into the words the user sees. */
export function explainFailure(plan: readonly Step[], index: number, errno: number): TspodError {
  const step = plan[index]
  if (!step) return new TspodError('E_LAUNCH_FAILED', `the launcher could not read its plan: ${errnoWords(errno)}`)
  const meaning = MEANINGS[`${step.op} ${errnoName(errno)}`] ?? {}
  const { why = step.why, ...known } = meaning
  const { words, code = 'E_LAUNCH_FAILED', hintFor, ...options } = why === step.why ? known : {}
  const hint = hintFor?.(step)
  return new TspodError(code, `could not ${step.why}: ${words ?? errnoWords(errno)}`, {
    ...options,
    ...(hint !== undefined && { hint }),
  })
}

/** @param address a struct sockaddr, in hexadecimal: behind the family is the port. Source: ip(7), ipv6(7) */
function portOf(address: string): number {
  return Number.parseInt(address.slice(4, 8), 16)
}

/** Neither of the two knows all of them. */
function errnoName(errno: number): string | undefined {
  const known = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0]
  return known ?? getSystemErrorMap().get(-errno)?.[0]
}

function errnoWords(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[1] ?? errnoName(errno) ?? `errno ${errno}`
}
