import { listVolumes } from '../../engine/volume/list.ts'
import { defineCommand } from '../command.ts'
import { volumeFields, volumeJson } from '../report/volumes.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'volume ls [options]',
  positionals: {},
  options: {
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the names' },
  },
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const volumes = listVolumes(engine, { filters: args.filter })
    if (args.quiet) return { lines: volumes.map(({ name }) => name) }
    if (args.format === undefined || args.format === 'table') {
      const cells = volumes.map(({ name }) => ['local', name])
      return { lines: style.table(args.noheading ? cells : [['DRIVER', 'VOLUME NAME'], ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: volumes.map((volume) => volumeJson(volume, style)),
      rows: () => volumes.map((volume) => volumeFields(volume, style)),
      headings: { Name: 'VOLUME NAME' },
      noHeading: args.noheading,
      style,
    })
  },
})
