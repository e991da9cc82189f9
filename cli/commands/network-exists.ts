import { settleDefaultIfFree } from '../../engine/network/default-network.ts'
import { findNetwork } from '../../engine/network/find.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'network exists NETWORK',
  description: 'Exit with 0 where there is such a network, with 1 where there is none.',
  positionals: { network: { required: true, describe: 'name or id' } },
  options: {},
  run: async (engine, args) => {
    await settleDefaultIfFree(engine)
    return { exitCode: findNetwork(engine, args.network) ? 0 : 1 }
  },
})
