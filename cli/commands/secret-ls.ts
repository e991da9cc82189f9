import { listSecrets } from '../../engine/secret/list.ts'
import { defineCommand } from '../command.ts'
import { secretRow } from '../report/secrets.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'secret ls [options]',
  positionals: {},
  options: {
    filter: {
      type: 'string',
      array: true,
      alias: 'f',
      placeholder: 'KEY=VALUE',
      describe: 'only those that match: id=, name=, label=',
    },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids' },
  },
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const secrets = listSecrets(engine, { filters: args.filter })
    if (args.quiet) return { lines: secrets.map(({ id }) => id) }
    const rows = secrets.map((secret) => secretRow(secret, Date.now()))
    if (args.format === undefined || args.format === 'table') {
      const cells = rows.map(({ ID, Name, Driver, CreatedAt, UpdatedAt }) => [ID, Name, Driver, CreatedAt, UpdatedAt])
      return { lines: style.table(args.noheading ? cells : [['ID', 'NAME', 'DRIVER', 'CREATED', 'UPDATED'], ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: rows,
      rows: () => rows,
      headings: { ID: 'ID', CreatedAt: 'CREATED', UpdatedAt: 'UPDATED' },
      noHeading: args.noheading,
      style,
    })
  },
})
