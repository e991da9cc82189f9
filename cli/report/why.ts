import type { ClosedBind } from '../../engine/why/bind-access.ts'
import type { WhyReport } from '../../engine/why.ts'
import { formatDuration } from '../../ui/text/durations.ts'
import { oneLine, printableLogLine } from '../../ui/text/printable.ts'
import { shortId } from '../../ui/text/truncate.ts'

/** The report as a person reads it: what is known, a line each, under words that say what it is. Pure. */
export function whyLines(report: WhyReport): string[] {
  const rows = [
    ['container', `${report.name} (${shortId(report.id)}) of ${report.image}`],
    ['state', stateOf(report)],
    ['because', report.because],
    ...healthOf(report).map((line) => ['health', line]),
    ...restartOf(report).map((line) => ['restarts', line]),
    ...report.closed.flatMap(bindLines),
    ...report.refused.map(({ time, protocol, destination, port }) => [
      'refused',
      `${time} ${protocol} ${destination} ${port || ''}`,
    ]),
    ...report.hints.map((hint) => ['hint', hint]),
    ...report.log.map((line) => ['log', printableLogLine(line)]),
  ]
  let before = ''
  return rows.map(([word = '', text = '']) => {
    const title = word === before ? '' : `${word}:`
    before = word
    return `${title.padEnd(11)}${oneLine(text)}`.trimEnd()
  })
}

function stateOf({ status, exitCode, startedAtMs, finishedAtMs }: WhyReport): string {
  const end = exitCode === null ? '' : ` with status ${exitCode}`
  if (status === 'created') return `never started${exitCode === null ? '' : `; the command ended${end}`}`
  if (finishedAtMs === null || !['exited', 'restarting', 'removed'].includes(status)) return status
  const ran =
    startedAtMs === null ? '' : `, after ${formatDuration(Math.max(0, finishedAtMs - startedAtMs)).toLowerCase()}`
  return `${status}${end}${ran}, at ${new Date(finishedAtMs).toISOString()}`
}

function healthOf({ health }: WhyReport): string[] {
  if (!health) return []
  const streak = health.failingStreak > 1 ? `, ${health.failingStreak} checks failed in a row` : ''
  const last = health.last
  const output = last?.output.trim().slice(0, 500) ?? ''
  const how = last && (last.exitCode === -1 ? 'took too long' : `ended with ${last.exitCode}`)
  return [
    `${health.status || 'not known any more'}${streak}`,
    ...(last ? [`the last check ${how}${output === '' ? '' : `: ${output}`}`] : []),
  ]
}

function restartOf({ restart, status }: WhyReport): string[] {
  if (!restart) return []
  const most = restart.maximum > 0 ? ` of ${restart.maximum}` : ''
  const next = status === 'restarting' ? ', and waits for the next' : ''
  return [`--restart=${restart.policy}: ${restart.count}${most} so far${next}`]
}

function bindLines(bind: ClosedBind): string[][] {
  const { hostPath, path, missing, mode } = bind
  const refused = bind.isReadOnly ? 'is mounted read-only' : `the program may not ${missing.join(', ')}`
  return [
    ['closed', `${path} is ${hostPath} of the host, which ${refused}`],
    ['closed', `owner ${bind.ownerOutside} on the host, ${bind.ownerInside} inside, mode ${mode}`],
    ['closed', `the program runs as ${bind.userInside}, which is ${bind.userOutside} on the host`],
    ...bind.advice.map((line) => ['hint', line]),
  ]
}
