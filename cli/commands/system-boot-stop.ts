import { stopBoot } from '../../engine/boot/run.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'system boot stop',
  description: 'Stop the containers that "tspod system boot run" starts, so that it starts them again.',
  positionals: {},
  options: {},
  run: async (engine) => {
    const { names, failures } = await stopBoot(engine)
    return { lines: names, failures }
  },
})
