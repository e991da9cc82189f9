import { settleDefaultIfFree } from '../../engine/network/default-network.ts'
import { defineCommand } from '../command.ts'
import { INSPECT_FORMAT, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'network inspect [options] NETWORK [NETWORK...]',
  positionals: { network: { required: true, array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    format: INSPECT_FORMAT,
    verbose: { type: 'boolean', alias: 'v', hidden: true, describe: 'there is no swarm to tell more of' },
  },
  examples: [["tspod network inspect -f '{{range .Subnets}}{{.Subnet}}{{end}}' shop", 'its addresses']],
  run: async (engine, args, { config }) => {
    await settleDefaultIfFree(engine)
    return inspectTargets(engine, args.network, { type: 'network', format: args.format, style: styleOf(config) })
  },
})
