import { TspodError } from '../base/errors.ts'
import { isTerminal } from '../base/terminal.ts'

export interface TerminalWords {
  readonly tty: boolean
  readonly interactive: boolean
  readonly detach: boolean
  /** of the streams, those that --attach names */
  readonly attach?: readonly string[]
}

/** Docker's own status for it, of `run` too, where others are 125. */
const DOCKER_FAILURE = 1

/**
 * A terminal was asked for, and our stdin, which is to be its input, is none: docker refuses, podman warns.
 *
 * @throws {TspodError} E_NO_TERMINAL, called as docker
 * @see docker/cli, cli/streams/in.go, CheckTty; podman-run(1), "--interactive"
 */
export function checkTerminal(words: TerminalWords, compat: 'docker' | 'podman', warn: (line: string) => void): void {
  const { tty, interactive, detach, attach = [] } = words
  if (!tty) return
  const isAttached = attach.length === 0 ? interactive : attach.some((name) => name.toLowerCase() === 'stdin')
  const matters = compat === 'docker' ? isAttached && !detach : interactive
  if (!matters || isTerminal(0)) return
  if (compat === 'podman') {
    warn('The input device is not a TTY. The --tty and --interactive flags might not work properly')
    return
  }
  throw new TspodError('E_NO_TERMINAL', 'the input device is not a TTY', {
    exitCode: DOCKER_FAILURE,
    hint: 'leave out -t',
  })
}
