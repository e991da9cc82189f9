import { type CaseReport, ENGINES, type EngineName, judge, type Report } from './report.ts'
import type { Summary } from './statistics.ts'

/** The report as one Markdown table, with what failed and the machine below it. */
export function formatReport(report: Report): string {
  const rows = report.cases.map((entry) => `| ${cellsOf(entry).join(' | ')} |`)
  const failures = report.cases.flatMap((entry) => failuresOf(entry).map((failure) => `- ${failure}`))
  return [
    '| | tspod | podman | ratio | target | met? |',
    '|---|---:|---:|---:|---:|---|',
    ...rows,
    '',
    ...(failures.length > 0 ? ['Failed:', '', ...failures, ''] : []),
    `Medians (min–max), engines in turn. ${report.date}: ${report.machine}.`,
  ].join('\n')
}

const BEGIN = '<!-- bench:begin -->'
const END = '<!-- bench:end -->'

/** The text with `table` between the two marks; fails where it has not both, in this order. */
export function replaceBench(text: string, table: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`there is no ${BEGIN} … ${END} to replace`)
  return `${text.slice(0, begin + BEGIN.length)}\n${table}\n${text.slice(end)}`
}

function cellsOf(entry: CaseReport): string[] {
  const { summaries, ratio, met } = judge(entry)
  return [
    entry.title,
    ...ENGINES.map((engine) => cellOf(entry, engine, summaries[engine])),
    ratio === undefined ? '–' : ratio.toFixed(2),
    entry.most !== undefined ? `≤ ${entry.most} ${entry.unit}` : entry.target === undefined ? '–' : `≤ ${entry.target}`,
    met === undefined ? '–' : met ? 'yes' : '**no**',
  ]
}

function cellOf(entry: CaseReport, engine: EngineName, summary: Summary | undefined): string {
  if (!summary) return entry.outcomes[engine] ? 'failed' : '–'
  const { median, min, max } = summary
  const isLong = entry.unit === 'ms' && median >= 1000
  const show = (value: number) => (isLong ? (value / 1000).toFixed(2) : value.toFixed(0))
  return `${show(median)} ${isLong ? 's' : entry.unit} (${show(min)}–${show(max)})`
}

function failuresOf(entry: CaseReport): string[] {
  return ENGINES.flatMap((engine) => {
    const outcome = entry.outcomes[engine]
    return outcome && 'error' in outcome
      ? [`${entry.title}: ${outcome.error.replaceAll(/\s+/g, ' ').slice(0, 300)}`]
      : []
  })
}
