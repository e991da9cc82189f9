import { defineStandaloneCommand } from '../command.ts'
import { requireContext } from '../docker-place.ts'

export default defineStandaloneCommand({
  usage: 'context use CONTEXT',
  positionals: { context: { required: true, describe: 'default, which is the only one' } },
  options: {},
  runAlone: ({ context }, { stderr }) => {
    requireContext(context)
    stderr.write(`Current context is now "${context}"\n`)
    return { lines: [context] }
  },
})
