import { removeDockerAlias } from '../../engine/system/docker-alias.ts'
import { defineStandaloneCommand } from '../command.ts'
import { ALIAS_OPTIONS, aliasPlaces } from '../flags/docker-alias-options.ts'

export default defineStandaloneCommand({
  usage: 'system docker-alias remove [options]',
  description: 'Take the command "docker" away that "system docker-alias install" made. Another docker stays.',
  positionals: {},
  options: ALIAS_OPTIONS,
  runAlone: (args, { config }) => {
    const alias = removeDockerAlias(aliasPlaces(args, config))
    return { lines: alias.state === 'installed' ? [alias.path] : [] }
  },
})
