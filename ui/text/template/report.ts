import { formatTable, type TableLayout } from '../table.ts'
import { renderTemplate } from './evaluate.ts'
import { callForHeading } from './functions.ts'
import { parseTemplate } from './parse.ts'

/** Rows for `--format`: their fields are what the template may name. */
export type ReportRow = Readonly<Record<string, unknown>>

export interface ReportOptions {
  readonly noHeading?: boolean
  readonly layout?: TableLayout
  /** whether a space between two actions of a `table` parts columns: podman's */
  readonly spacesPartColumns?: boolean
}

const RANGE_OVER_ALL = /^\{\{-?\s*range\s+(\$\w+\s*(,\s*\$\w+\s*)?:=\s*)?\.\s*-?\}\}/

/**
 * Rows by a Go template, a line each; with `table ` before the template as a table with headings.
 * `headings` are by field; a field that has none is headed by its own name: `CreatedAt` is CREATED AT.
 * A template that begins with `{{range .}}` is given all rows at once, as podman has it.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function formatReport(
  format: string,
  rows: readonly ReportRow[],
  headings: Readonly<Record<string, string>>,
  options: ReportOptions = {},
): string[] {
  const isTable = /^table(\s|$)/.test(format)
  const source = interpretEscapes(isTable ? tableSource(format, options.spacesPartColumns ?? true) : format)
  const template = parseTemplate(source)
  if (!isTable && RANGE_OVER_ALL.test(source)) {
    const text = renderTemplate(template, rows).replace(/\n$/, '')
    return text === '' ? [] : [text]
  }
  const lines = rows.map((row) => renderTemplate(template, row))
  if (!isTable) return lines
  const heading = renderTemplate(template, headingRow(fieldsNamedBy(source), headings), callForHeading)
  const all = options.noHeading ? lines : [heading, ...lines]
  return formatTable(
    all.map((line) => line.split('\t')),
    options.layout,
  )
}

/** One object by a Go template. A newline at its end is not written twice. */
export function formatOne(format: string, object: ReportRow): string {
  return renderTemplate(parseTemplate(interpretEscapes(format).replace(/\n$/, '')), object)
}

/** @throws {TspodError} E_BAD_TEMPLATE: it cannot be read */
export function checkTemplate(format: string): void {
  parseTemplate(interpretEscapes(format))
}

function tableSource(format: string, spacesPart: boolean): string {
  const template = format.replace(/^table\s*/, '')
  return spacesPart ? template.replace(/\}\} +\{\{/g, '}}\t{{') : template
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
