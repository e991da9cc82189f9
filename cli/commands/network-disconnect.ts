import { disconnectNetwork } from '../../engine/network/connect.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'network disconnect [options] NETWORK CONTAINER',
  description: 'Take a container out of a network.',
  positionals: {
    network: { required: true, describe: 'name or id of the network' },
    container: { required: true, describe: 'name or id of the container' },
  },
  options: { force: { type: 'boolean', alias: 'f', describe: 'do not fail where it is not in it' } },
  run: async (engine, args) => {
    await disconnectNetwork(engine, args, { force: args.force })
    return {}
  },
})
