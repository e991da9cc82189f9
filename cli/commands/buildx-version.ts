import { VERSION } from '../../engine/version.ts'
import { defineStandaloneCommand } from '../command.ts'

export default defineStandaloneCommand({
  usage: 'buildx version',
  positionals: {},
  options: {},
  runAlone: () => ({ lines: [`tspod/buildx v${VERSION} tspod`] }),
})
