import { formatReport, type ReportRow } from '../../ui/text/template/report.ts'
import type { CommandResult } from '../command.ts'
import type { Style } from '../style/style.ts'

export interface Formattable {
  /** for `json`: what the array holds */
  readonly json: readonly unknown[]
  /** for a template: a row gives a line */
  readonly rows: () => readonly ReportRow[]
  readonly headings: Readonly<Record<string, string>>
  readonly noHeading: boolean
  /** an indented array, as podman's, where it is not given */
  readonly style?: Style
}

/**
 * A list by `--format`: `json` is what the engine we imitate prints, anything else a Go template.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function printFormatted(format: string, data: Formattable): CommandResult {
  if (isJson(format) && !(data.style?.engine === 'docker' && WITHOUT_DOT.test(format)))
    return { lines: data.style?.json(data.json) ?? [JSON.stringify(data.json, null, 2)] }
  const options = { noHeading: data.noHeading, ...data.style?.report }
  return { lines: formatReport(format, data.rows(), data.headings, options) }
}

/** podman takes it for JSON; in docker it is a call that lacks its argument. */
const WITHOUT_DOT = /\{\{\s*json\s*\}\}/

/** podman takes both for JSON. Source: containers/common, report.JSONFormat. */
export function isJson(format: string): boolean {
  return /^\s*(json|\{\{\s*json\s*(\.)?\s*\}\})\s*$/.test(format)
}

/** docker's `{{json .}}` is a template like any other: a line for each. Source: docker/cli, cli/command/inspect. */
export function isInspectJson(format: string, { engine }: Style): boolean {
  return engine === 'docker' ? format === 'json' : isJson(format)
}
