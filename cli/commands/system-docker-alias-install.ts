import { asCaller } from '../../engine/callers-umask.ts'
import { installDockerAlias } from '../../engine/system/docker-alias.ts'
import { defineStandaloneCommand } from '../command.ts'
import { ALIAS_OPTIONS, aliasPlaces } from '../flags/docker-alias-options.ts'
import { aliasWarnings } from '../report/docker-alias.ts'

export default defineStandaloneCommand({
  usage: 'system docker-alias install [options]',
  description:
    'Put a command "docker" beside your own programs that is tspod, with the output, the defaults and the exit codes of docker. Another docker is never replaced.',
  positionals: {},
  options: ALIAS_OPTIONS,
  examples: [['tspod system docker-alias install --dir bin', 'only where this directory is in PATH', 'runs']],
  runAlone: (args, { config, stderr }) => {
    const alias = asCaller(config, () => installDockerAlias(aliasPlaces(args, config)))
    for (const warning of aliasWarnings(alias)) stderr.write(`warning: ${warning}\n`)
    return { lines: [alias.path] }
  },
})
