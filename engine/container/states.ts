import type { ErrorCode } from '../../base/error-codes.ts'
import type { ContainerStatus } from '../../storage/state/container-row.ts'

/** A container that is being stopped counts as running: it still is. */
export type State = Exclude<ContainerStatus, 'stopping'>

export const STATES = ['created', 'initialized', 'running', 'paused', 'restarting', 'exited'] as const satisfies State[]

/** What a verb does with a container in a state. */
export type Rule =
  | { readonly kind: 'works'; readonly what: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly exitCode: number; readonly hint?: string }

const NOTHING: Rule = { kind: 'nothing' }
const works = (what = 'yes'): Rule => ({ kind: 'works', what })
const refused = (hint?: string, exitCode = 125): Rule => ({
  kind: 'error',
  code: 'E_CONTAINER_STATE',
  exitCode,
  ...(hint === undefined ? {} : { hint }),
})
const notRunning = (exitCode = 125): Rule => ({
  kind: 'error',
  code: 'E_CONTAINER_NOT_RUNNING',
  exitCode,
  hint: 'start it first with "tspod start"',
})
/** Source: podman-rm(1), "Exit Status": 2 where a container is running or paused. */
const inTheWay: Rule = {
  kind: 'error',
  code: 'E_CONTAINER_RUNNING',
  exitCode: 2,
  hint: 'stop it first with "tspod stop", or use "tspod rm -f"',
}
const unpauseFirst = refused('let it go on first with "tspod unpause"')
const waitForIt = refused('wait until it runs: "tspod wait --condition=running"')
/** Source: podman-exec(1), "Exit Status": 255. */
const noExec = (hint: string): Rule => ({ kind: 'error', code: 'E_CONTAINER_NOT_RUNNING', exitCode: 255, hint })

type Row = Readonly<Record<State, Rule>>

const inEvery = (what?: string): Row => ({
  created: works(what),
  initialized: works(what),
  running: works(what),
  paused: works(what),
  restarting: works(what),
  exited: works(what),
})

/**
 * Which verb is allowed in which state, and what it does there: the one place that knows. Where
 * docker and podman differ, what loses nothing: `stop` of a paused container stops it.
 * ARCHITECTURE.md shows it; a test compares the two.
 */
const TABLE = {
  start: {
    created: works(),
    initialized: works('goes on'),
    running: NOTHING,
    paused: unpauseFirst,
    restarting: works('at once'),
    exited: works(),
  },
  init: {
    created: works(),
    initialized: NOTHING,
    running: refused(),
    paused: refused(),
    restarting: refused(),
    exited: works(),
  },
  attach: {
    created: notRunning(),
    initialized: refused('start it with "tspod start --attach"'),
    running: works(),
    paused: unpauseFirst,
    restarting: waitForIt,
    exited: notRunning(),
  },
  exec: {
    created: noExec('start it first with "tspod start"'),
    initialized: noExec('start it first with "tspod start"'),
    running: works(),
    paused: noExec('let it go on first with "tspod unpause"'),
    restarting: noExec('wait until it runs: "tspod wait --condition=running"'),
    exited: noExec('start it first with "tspod start"'),
  },
  stop: {
    created: NOTHING,
    initialized: works('kills it'),
    running: works(),
    paused: works('unpauses it'),
    restarting: works('for good'),
    exited: NOTHING,
  },
  restart: {
    created: works('starts it'),
    initialized: works('anew'),
    running: works(),
    paused: works('unpauses it'),
    restarting: works('at once'),
    exited: works('starts it'),
  },
  kill: {
    created: notRunning(),
    initialized: works(),
    running: works(),
    paused: works('KILL at once'),
    restarting: notRunning(),
    exited: notRunning(),
  },
  pause: {
    created: notRunning(),
    initialized: notRunning(),
    running: works(),
    paused: refused(),
    restarting: waitForIt,
    exited: notRunning(),
  },
  unpause: {
    created: refused(),
    initialized: refused(),
    running: refused(),
    paused: works(),
    restarting: refused(),
    exited: refused(),
  },
  wait: {
    created: works('0 at once'),
    initialized: works(),
    running: works(),
    paused: works(),
    restarting: works('for the next end'),
    exited: works('at once'),
  },
  rm: {
    created: works(),
    initialized: inTheWay,
    running: inTheWay,
    paused: inTheWay,
    restarting: inTheWay,
    exited: works(),
  },
  'rm -f': {
    created: works(),
    initialized: works('kills it'),
    running: works('stops it'),
    paused: works('unpauses it'),
    restarting: works('for good'),
    exited: works(),
  },
  top: {
    created: notRunning(),
    initialized: works(),
    running: works(),
    paused: works(),
    restarting: notRunning(),
    exited: notRunning(),
  },
  'network reload': {
    created: notRunning(),
    initialized: waitForIt,
    running: works(),
    paused: works(),
    restarting: waitForIt,
    exited: notRunning(),
  },
  update: { ...inEvery('from its start'), initialized: works(), running: works(), paused: works() },
  rename: inEvery(),
  'commit, cp, diff, export': inEvery(),
  'inspect, logs, port, ps, stats': inEvery(),
} as const satisfies Record<string, Row>

export type Verb = keyof typeof TABLE
export const VERBS = Object.keys(TABLE) as Verb[]

/** What the verb does with a container in that state. Pure. */
export function ruleOf(verb: Verb, status: ContainerStatus): Rule {
  return TABLE[verb][status === 'stopping' ? 'running' : status]
}
