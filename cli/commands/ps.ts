import { listContainers } from '../../engine/container/list.ts'
import { formatTable } from '../../ui/text/table.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { defineCommand } from '../command.ts'
import { PS_FIELD_HEADINGS, PS_HEADINGS, psCells, psFields, psJson } from '../report/containers.ts'

export default defineCommand({
  usage: 'ps [options]',
  positionals: {},
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'those that do not run, too' },
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    last: { type: 'number', alias: 'n', minimum: -1, placeholder: 'NUMBER', describe: 'the newest, running or not' },
    latest: { type: 'boolean', alias: 'l', describe: 'the newest, running or not' },
    'no-trunc': { type: 'boolean', describe: 'show ids and commands in full' },
    noheading: { type: 'boolean', describe: 'no line of headings' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids' },
  },
  examples: [
    ['tspod ps -a', 'all containers'],
    ["tspod ps --format '{{.Names}} {{.Status}}'", 'name and status of each'],
  ],
  run: async (engine, args) => {
    const last = args.latest ? 1 : args.last !== undefined && args.last >= 0 ? args.last : undefined
    const rows = listContainers(engine, {
      all: args.all,
      filters: args.filter,
      ...(last === undefined ? {} : { last }),
    })
    if (args.quiet) return { lines: rows.map((row) => (args.noTrunc ? row.id : shortId(row.id))) }
    const options = { nowMs: Date.now(), noTruncate: args.noTrunc }
    if (args.format === undefined || args.format === 'table') {
      const cells = rows.map((row) => psCells(row, options))
      return { lines: formatTable(args.noheading ? cells : [PS_HEADINGS, ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: rows.map((row) => psJson(row, options.nowMs)),
      rows: () => rows.map((row) => psFields(row, options)),
      headings: PS_FIELD_HEADINGS,
      noHeading: args.noheading,
    })
  },
})
