import { connectNetwork } from '../../engine/network/connect.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

export default defineCommand({
  usage: 'network connect [options] NETWORK CONTAINER',
  description: 'Bring a container into a network.',
  positionals: {
    network: { required: true, describe: 'name or id of the network' },
    container: { required: true, describe: 'name or id of the container' },
  },
  options: {
    alias: { type: 'string', array: true, commas: true, placeholder: 'NAME', describe: 'another name of it there' },
    'driver-opt': { type: 'string', array: true, hidden: true, describe: 'has no effect' },
    'gw-priority': { type: 'string', hidden: true, describe: 'has no effect: the first network leads out' },
    ip: { type: 'string', placeholder: 'ADDRESS', describe: 'its address there' },
    ip6: { type: 'string', placeholder: 'ADDRESS', describe: 'its address of version 6 there' },
    link: { type: 'string', array: true, hidden: true, describe: 'is refused' },
    'mac-address': { type: 'string', placeholder: 'ADDRESS', describe: 'that of its interface' },
  },
  run: async (engine, args) => {
    if (args.link.length > 0)
      throw badArguments('--link is not supported: use --alias of the other one', 'network connect')
    const { alias: aliases, ip, ip6, macAddress } = args
    await connectNetwork(engine, args, { aliases, ip, ip6, macAddress })
    return {}
  },
})
