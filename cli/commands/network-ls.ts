import { settleDefaultIfFree } from '../../engine/network/default-network.ts'
import { listNetworks } from '../../engine/network/list.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { defineCommand } from '../command.ts'
import { NETWORK_HEADINGS, nameOf, networkFields, networkJson, networkTable } from '../report/network-lists.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'network ls [options]',
  description:
    'List networks. Filters are name, a regular expression, id, label, label!, driver, dangling, until, type and scope.',
  positionals: {},
  options: {
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    'no-trunc': { type: 'boolean', describe: 'whole ids' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the names; called as docker, the ids' },
  },
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const isDocker = style.engine === 'docker'
    const options = { style, noTruncate: args.noTrunc }
    await settleDefaultIfFree(engine)
    const found = listNetworks(engine, { filters: args.filter, withDockers: isDocker })
    const networks = found.sort((one, other) => (nameOf(one, options) < nameOf(other, options) ? -1 : 1))
    if (args.quiet) {
      return { lines: networks.map(({ id, name }) => (!isDocker ? name : args.noTrunc ? id : shortId(id))) }
    }
    if (args.format === undefined || args.format === 'table') {
      const { headings, cells } = networkTable(networks, options)
      return { lines: style.table(args.noheading ? cells : [headings, ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: networks.map((network) => networkJson(network, options)),
      rows: () => networks.map((network) => networkFields(network, options)),
      headings: NETWORK_HEADINGS,
      noHeading: args.noheading,
      style,
    })
  },
})
