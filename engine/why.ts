import { EXIT, TspodError } from '../base/errors.ts'
import type { ContainerRow } from '../storage/state/container-row.ts'
import { type ContainerConfig, parseContainerConfig } from './container/config.ts'
import { readFailure, type StartFailure } from './container/failure.ts'
import { lastLines } from './container/last-lines.ts'
import { LOST_ERROR, observe } from './container/reconcile.ts'
import type { Engine } from './engine.ts'
import { type HealthCheck, readHealth } from './health/read-health.ts'
import { listRefused, type Refusal } from './network/refused.ts'
import type { ClosedBind } from './why/bind-access.ts'
import { closedBinds, refusedBinds } from './why/closed-binds.ts'
import { type EventsOfStart, eventsSinceStart } from './why/events-since-start.ts'
import { exitMeaning } from './why/exit-meaning.ts'
import { saysRefused } from './why/refused-paths.ts'
import { type EndFacts, type Verdict, verdictOf } from './why/verdict.ts'

/** Why a container is in the state it is in, and what is known beside. */
export interface WhyReport extends Verdict {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly status: string
  readonly exitCode: number | null
  /** SIGKILL, where the status is one of a signal */
  readonly signal: string | null
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly oomKilled: boolean
  /** of a start that failed */
  readonly failure: StartFailure | null
  readonly health: { readonly status: string; readonly failingStreak: number; readonly last: HealthCheck | null } | null
  readonly restart: { readonly policy: string; readonly count: number; readonly maximum: number } | null
  /** the latest that --egress refused */
  readonly refused: readonly Refusal[]
  /** what of the host it may not use, where it was refused something */
  readonly closed: readonly ClosedBind[]
  /** the last lines it wrote */
  readonly log: readonly string[]
}

const MOST_REFUSED = 5

/**
 * Why a container ended, could not be started, or is refused something; the one that was made last where none is named.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 */
export async function whyContainer(engine: Engine, ref: string | undefined): Promise<WhyReport> {
  const found = ref === undefined ? latest(engine) : engine.storage.containers.find(ref)
  if (!found) return await whyGone(engine, ref)
  const row = observe(engine, found)
  const config = parseContainerConfig(row.config)
  const failure = readFailure(engine, row)
  const health = config.health ? readHealth(engine.runDir(row.id), config.health.maxLogCount) : undefined
  const events = await eventsSinceStart(engine, row.id)
  const log = await lastLines(engine, row, 10)
  const verdict = verdictOf(factsOf(row, config, { failure, events }))
  const closed = wasRefused(row, log) ? closedFor(engine, config, { lines: log, exitCode: row.exitCode ?? 0 }) : []
  const exitCode = row.exitCode ?? failure?.exitCode ?? null
  return {
    id: row.id,
    name: row.name,
    image: row.imageName,
    status: row.status,
    ...verdict,
    exitCode,
    signal: (exitCode === null ? undefined : exitMeaning(exitCode).signal) ?? null,
    startedAtMs: row.startedAtMs,
    finishedAtMs: row.finishedAtMs,
    oomKilled: row.oomKilled,
    failure: failure ?? null,
    health: health
      ? { status: health.status, failingStreak: health.failingStreak, last: lastAnswer(health.log) ?? null }
      : null,
    restart: restartOf(row, config),
    refused: config.request.egress?.length ? listRefused(engine, row.id).slice(-MOST_REFUSED) : [],
    closed,
    log,
  }
}

/** One that could not be made comes last where the container was being killed already for those before. */
function lastAnswer(log: readonly HealthCheck[]): HealthCheck | undefined {
  return log.findLast(({ exitCode }) => exitCode !== EXIT.notExecutable) ?? log.at(-1)
}

function latest({ storage }: Engine): ContainerRow | undefined {
  return storage.containers.list().findLast(({ config }) => !parseContainerConfig(config).isInfra)
}

/** One with --rm is gone when somebody asks; the events know how it ended. */
async function whyGone(engine: Engine, ref: string | undefined): Promise<WhyReport> {
  const { findGone } = await import('./why/gone.ts')
  const gone = await findGone(engine, ref)
  if (!gone) {
    if (ref !== undefined) engine.storage.containers.resolve(ref)
    throw new TspodError('E_CONTAINER_NOT_FOUND', 'there is no container', { hint: 'start one with "tspod run" first' })
  }
  const { events, ...known } = gone
  const nothing = { failure: null, health: null, restart: null, refused: [], closed: [], log: [] }
  const verdict = verdictOf({ ...UNKNOWN, ...events, exitCode: gone.exitCode })
  const hints = [...verdict.hints, 'its log went with it: run it without --rm to keep that']
  return {
    ...known,
    ...{ status: 'removed', signal: exitMeaning(gone.exitCode).signal ?? null, oomKilled: false },
    ...nothing,
    ...verdict,
    hints,
  }
}

const UNKNOWN: EndFacts = {
  ...{ status: 'exited', exitCode: undefined, error: undefined, failure: undefined, oomKilled: false },
  ...{ memoryLimitBytes: undefined, ranMs: undefined, timeoutMs: undefined, killed: [], wasStopped: false },
  ...{ stopSignal: 15, onUnhealthy: 'none', wasUnhealthy: false, isLost: false },
}

function factsOf(
  row: ContainerRow,
  { health, request, spec, stopSignal }: ContainerConfig,
  { failure, events }: { readonly failure: StartFailure | undefined; readonly events: EventsOfStart },
) {
  const { startedAtMs, finishedAtMs } = row
  return {
    status: row.status,
    exitCode: row.exitCode ?? undefined,
    error: row.error ?? undefined,
    failure,
    oomKilled: row.oomKilled,
    memoryLimitBytes: spec.linux.resources.memory?.limit,
    ranMs: startedAtMs !== null && finishedAtMs !== null ? finishedAtMs - startedAtMs : undefined,
    timeoutMs: request.timeoutS === undefined ? undefined : request.timeoutS * 1000,
    ...events,
    stopSignal,
    onUnhealthy: health?.onFailure ?? 'none',
    isLost: row.error === LOST_ERROR,
  }
}

function restartOf({ restartCount }: ContainerRow, { restart }: ContainerConfig) {
  if (!restart || restart.name === 'no') return null
  return { policy: restart.name, count: restartCount, maximum: restart.maximumRetryCount }
}

/** In words of its own, or of the kernel about its program. */
function wasRefused({ exitCode, error }: ContainerRow, log: readonly string[]): boolean {
  return exitCode !== 0 && [error ?? '', ...log].some(saysRefused)
}

/** What was named as refused; where that is none of its mounts, all that might be meant. */
function closedFor(engine: Engine, config: ContainerConfig, end: Parameters<typeof refusedBinds>[2]): ClosedBind[] {
  const refused = refusedBinds(engine, config, end)
  return refused.length > 0 ? refused : closedBinds(engine, config)
}
