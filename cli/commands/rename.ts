import { renameContainer } from '../../engine/container/rename.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'rename CONTAINER NAME',
  positionals: {
    container: { required: true, describe: 'name or id (a unique prefix will do)' },
    name: { required: true, describe: 'its name from now on' },
  },
  options: {},
  run: async (engine, args) => {
    await renameContainer(engine, args.container, args.name)
    return {}
  },
})
