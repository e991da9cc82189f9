import { constants } from 'node:os'

export interface ExitMeaning {
  /** SIGTERM, where the status is that of a program that a signal ended */
  readonly signal: string | undefined
  /** what the status says by itself */
  readonly words: string
}

/** What ends a program by its own doing. Source: signal(7). */
const OWN_FAULTS: Readonly<Record<string, string>> = {
  SIGABRT: 'it gave up by itself (abort(3): a failed assertion, or out of memory)',
  SIGBUS: 'it used memory that is not there (a file that became shorter, or a full /dev/shm: see --shm-size)',
  SIGFPE: 'it divided by zero, or the like',
  SIGILL: 'it has instructions that this processor does not know (built for another one?)',
  SIGSEGV: 'it used memory that is not its own: a fault in the program',
  SIGPIPE: 'it wrote to what nobody reads any more',
  SIGSYS: 'it made a system call that the seccomp profile answers with an end (see --security-opt seccomp=)',
  SIGTRAP: 'it met a breakpoint',
  SIGXCPU: 'it used up its time (ulimit cpu)',
  SIGXFSZ: 'it wrote a file that is larger than it may (ulimit fsize)',
}

const PLAIN: Readonly<Record<number, string>> = {
  0: 'its program had done its work',
  1: 'its program failed; what it wrote says why',
  2: 'its program failed, often because of how it was called',
  125: 'its program chose this status (where "tspod run" ends with it without a container, the error is tspod\'s)',
  126: 'its program is a shell or the like, which could not run a command: not executable, or for another machine',
  127: 'its program is a shell or the like, which did not find a command: not in the image, or not in PATH',
}

/**
 * What an exit status says. Pure. From 129 on it is that of a signal, as a shell has it; a program may choose such
 * a status itself, which looks the same. Source: bash(1), "EXIT STATUS"; podman-run(1), "Exit Status".
 */
export function exitMeaning(exitCode: number): ExitMeaning {
  const plain = PLAIN[exitCode]
  if (plain !== undefined) return { signal: undefined, words: plain }
  const signal = exitCode > 128 ? signalName(exitCode - 128) : undefined
  if (signal === undefined) return { signal, words: 'its program chose this status; what it wrote may say why' }
  const fault = OWN_FAULTS[signal]
  return { signal, words: fault === undefined ? `${signal} ended it` : `${signal} ended it: ${fault}` }
}

/** True for signals that come from what a program does itself. */
export function isOwnFault(signal: string): boolean {
  return Object.hasOwn(OWN_FAULTS, signal)
}

function signalName(number: number): string | undefined {
  // Older names for the same number come later.
  return Object.entries(constants.signals).find(([, known]) => known === number)?.[0]
}
