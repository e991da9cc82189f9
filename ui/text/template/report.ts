import { formatTable, type TableLayout } from '../table.ts'
import { renderTemplate } from './evaluate.ts'
import { parseTemplate } from './parse.ts'

/** Rows for `--format`: their fields are what the template may name. */
export type ReportRow = Readonly<Record<string, unknown>>

/**
 * Rows by a Go template, a line each; with `table ` before the template as a table with headings.
 * `headings` are by field; a field that has none is headed by its own name: `CreatedAt` is CREATED AT.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function formatReport(
  format: string,
  rows: readonly ReportRow[],
  headings: Readonly<Record<string, string>>,
  options: { readonly noHeading?: boolean; readonly layout?: TableLayout } = {},
): string[] {
  const isTable = /^table(\s|$)/.test(format)
  const source = interpretEscapes(isTable ? tableTemplate(format) : format)
  const template = parseTemplate(source)
  const lines = rows.map((row) => renderTemplate(template, row))
  if (!isTable) return lines
  const heading = renderTemplate(template, headingRow(fieldsNamedBy(source), headings))
  const all = options.noHeading ? lines : [heading, ...lines]
  return formatTable(
    all.map((line) => line.split('\t')),
    options.layout,
  )
}

/** podman takes `{{.ID}} {{.Names}}` after `table` for columns too. */
function tableTemplate(format: string): string {
  return format.replace(/^table\s*/, '').replace(/\}\} +\{\{/g, '}}\t{{')
}

/** `\t` and `\n` as typed in a shell's single quotes; strings inside an action have escapes of their own. */
function interpretEscapes(format: string): string {
  const parts = format.split(/(\{\{[\s\S]*?\}\})/)
  return parts
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('\\t', '\t').replaceAll('\\n', '\n')))
    .join('')
}

function fieldsNamedBy(source: string): string[] {
  return [...source.matchAll(/\.([\p{L}_][\p{L}\p{N}_]*)/gu)].map((match) => match[1] ?? '')
}

/** A heading is a function, as a field may be one that takes arguments: `.Label "x"`. */
function headingRow(fields: readonly string[], headings: Readonly<Record<string, string>>): ReportRow {
  const row: Record<string, unknown> = Object.create(null)
  for (const field of fields) row[field] = () => headings[field] ?? spelledOut(field)
  return row
}

function spelledOut(field: string): string {
  return field.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase()
}
