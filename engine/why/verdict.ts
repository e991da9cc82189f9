import type { StartFailure } from '../container/failure.ts'
import { exitMeaning, isOwnFault } from './exit-meaning.ts'

/** What is known of the end of a container. */
export interface EndFacts {
  readonly status: string
  readonly exitCode: number | undefined
  readonly error: string | undefined
  readonly failure: StartFailure | undefined
  readonly oomKilled: boolean
  readonly memoryLimitBytes: number | undefined
  readonly ranMs: number | undefined
  /** --timeout */
  readonly timeoutMs: number | undefined
  /** signals that tspod sent since the last start, by number */
  readonly killed: readonly number[]
  readonly wasStopped: boolean
  readonly stopSignal: number
  /** what was to be done by --health-on-failure, and the health at the end */
  readonly onUnhealthy: 'none' | 'kill' | 'restart' | 'stop'
  readonly wasUnhealthy: boolean
  /** it was waited for, or watched, by a process that was killed */
  readonly isLost: boolean
}

export interface Verdict {
  /** one sentence */
  readonly because: string
  /** who sent the signal that ended it: `health`, `memory`, `stop`, `kill`, `timeout`, `itself`; undefined where nobody knows */
  readonly by: string | undefined
  /** what to do, one imperative sentence each */
  readonly hints: readonly string[]
}

/** Why a container is not running, by the best of what is known. Pure. */
export function verdictOf(facts: EndFacts): Verdict {
  const { status, failure, error, exitCode } = facts
  if (status !== 'exited' && status !== 'restarting') return ofLiving(facts)
  if (error !== undefined && (failure || facts.isLost)) return facts.isLost ? lostOf(error) : startOf(error, failure)
  if (exitCode === undefined) return { because: 'nothing is known of its end', by: undefined, hints: [] }
  return ofExit(facts, exitCode)
}

function ofLiving({ status, error, failure }: EndFacts): Verdict {
  if (status === 'created' && error !== undefined) return startOf(error, failure)
  if (status === 'created')
    return { because: 'it was never started', by: undefined, hints: ['start it with "tspod start"'] }
  const because = error === undefined ? `it is ${status}` : `it is ${status}, but: ${error}`
  const hints = error === undefined ? [] : ['see "tspod network reload" for a network that was lost']
  return { because, by: undefined, hints }
}

function startOf(error: string, failure: StartFailure | undefined): Verdict {
  const hints = failure?.hint ? [failure.hint] : []
  const code = failure ? [`see "tspod help ${failure.code}"`] : []
  const status = failure ? ` (${failure.code}, exit status ${failure.exitCode})` : ''
  return { because: `it could not be started: ${error}${status}`, by: undefined, hints: [...hints, ...code] }
}

function lostOf(error: string): Verdict {
  return {
    because: `${error}: its monitor was killed, or the machine went down`,
    by: undefined,
    hints: ['look for "Killed process" in "journalctl -k", and start it again with "tspod start"'],
  }
}

function ofExit(facts: EndFacts, exitCode: number): Verdict {
  const { signal, words } = exitMeaning(exitCode)
  if (facts.oomKilled) return outOfMemory(facts)
  if (signal === undefined) {
    const asked = facts.wasStopped ? 'it was stopped by "tspod stop", and ended by itself then: ' : ''
    return { because: `${asked}${words}`, by: facts.wasStopped ? 'stop' : undefined, hints: [] }
  }
  const number = exitCode - 128
  const unhealthy = facts.wasUnhealthy && facts.onUnhealthy !== 'none'
  if (unhealthy && (number === 9 || number === facts.stopSignal)) return unhealthyOf(facts, signal)
  if (isTimeUp(facts, number)) return timeUp(facts)
  if (facts.wasStopped && number === 9 && facts.stopSignal !== 9 && !facts.killed.includes(9)) return tooSlow(facts)
  if (facts.wasStopped)
    return { because: `${signal} ended it, sent by "tspod stop" or "tspod restart"`, by: 'stop', hints: [] }
  if (facts.killed.includes(number))
    return { because: `${signal} ended it, sent by "tspod kill"`, by: 'kill', hints: [] }
  if (isOwnFault(signal)) return { because: words, by: 'itself', hints: [] }
  return {
    because: `${words}, and tspod did not send it: another process did, in the container or on the host, or its program chose the status ${exitCode}`,
    by: undefined,
    hints:
      number === 9
        ? ['look for "Killed process" in "journalctl -k": the whole machine may have run out of memory']
        : [],
  }
}

function outOfMemory({ memoryLimitBytes }: EndFacts): Verdict {
  const limit =
    memoryLimitBytes === undefined ? 'the memory it may have' : `its limit of ${memoryLimitBytes} bytes of memory`
  return {
    because: `a process of it was killed because it needed more than ${limit}`,
    by: 'memory',
    hints: ['give it more with "tspod update --memory", or have the program use less'],
  }
}

function unhealthyOf({ onUnhealthy }: EndFacts, signal: string): Verdict {
  return {
    because: `its health check failed, and --health-on-failure=${onUnhealthy} had it ended (${signal})`,
    by: 'health',
    hints: ['see what the check says with "tspod healthcheck run", or give it more time with --health-start-period'],
  }
}

/** The monitor sends SIGKILL when the time is over. */
function isTimeUp({ timeoutMs, ranMs }: EndFacts, signal: number): boolean {
  return timeoutMs !== undefined && timeoutMs > 0 && ranMs !== undefined && ranMs >= timeoutMs && signal === 9
}

function timeUp({ timeoutMs = 0 }: EndFacts): Verdict {
  return { because: `its time was over: --timeout ${timeoutMs / 1000}`, by: 'timeout', hints: [] }
}

function tooSlow({ stopSignal }: EndFacts): Verdict {
  const { signal = `signal ${stopSignal}` } = exitMeaning(128 + stopSignal)
  return {
    because: `"tspod stop" killed it: it had not ended by its stop signal ${signal} in the time it had`,
    by: 'stop',
    hints: [
      'have the program act on the signal: the first process of a namespace gets none that it has no handler for, and --init puts another one first',
      'or give it more time with "tspod stop --time"',
    ],
  }
}
