import { disableBoot } from '../../engine/boot/enable.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'system boot disable',
  description: 'Remove the unit that "tspod system boot enable" wrote. Containers that run go on.',
  positionals: {},
  options: {},
  run: async (engine) => {
    await disableBoot(engine)
    return {}
  },
})
