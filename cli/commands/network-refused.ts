import { listRefused } from '../../engine/network/refused.ts'
import { defineCommand } from '../command.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'network refused [options] CONTAINER',
  description: 'Show what a container made with --egress wanted to reach and was not allowed to, the latest last.',
  positionals: { container: { required: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
  },
  examples: [['tspod network refused --format json build', 'for a program']],
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const refused = listRefused(engine, args.container)
    if (args.format === undefined || args.format === 'table') {
      const cells = refused.map(({ time, protocol, destination, port }) => [time, protocol, destination, `${port}`])
      return { lines: style.table(args.noheading ? cells : [['TIME', 'PROTOCOL', 'DESTINATION', 'PORT'], ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: refused,
      rows: () =>
        refused.map(({ time, protocol, destination, port }) => ({
          Time: time,
          Protocol: protocol,
          Destination: destination,
          Port: port,
        })),
      headings: { Time: 'TIME', Protocol: 'PROTOCOL', Destination: 'DESTINATION', Port: 'PORT' },
      noHeading: args.noheading,
      style,
    })
  },
})
