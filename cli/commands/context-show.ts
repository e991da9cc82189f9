import { defineStandaloneCommand } from '../command.ts'

export default defineStandaloneCommand({
  usage: 'context show',
  positionals: {},
  options: {},
  runAlone: () => ({ lines: ['default'] }),
})
