import { diskUsage } from '../../engine/system/disk-usage.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { usageJson, usageRows, verboseUsage } from '../report/disk-usage.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'system df [options]',
  description: 'Walk the disk and show what takes how much space, what can be had back, and what belongs to nothing.',
  positionals: {},
  options: {
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    verbose: { type: 'boolean', alias: 'v', describe: 'each image, container and volume' },
  },
  run: async (engine, args, { config }) => {
    if (args.verbose && args.format !== undefined)
      throw badArguments('system df takes -v or --format, not both', 'system df')
    const style = styleOf(config)
    const usage = diskUsage(engine)
    if (args.verbose) return { lines: verboseUsage(usage, style, Date.now()) }
    const rows = usageRows(usage, style)
    if (args.format === undefined || args.format === 'table') {
      const cells = rows.map((row) => [row.Type, `${row.Total}`, `${row.Active}`, row.Size, row.Reclaimable])
      return { lines: style.table([['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'], ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: rows.map((row) => usageJson(row, style)),
      rows: () => rows.map((row) => ({ ...row })),
      headings: {},
      noHeading: false,
      style,
    })
  },
})
