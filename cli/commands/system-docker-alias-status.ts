import { dockerAliasStatus } from '../../engine/system/docker-alias.ts'
import { defineStandaloneCommand } from '../command.ts'
import { ALIAS_OPTIONS, aliasPlaces } from '../flags/docker-alias-options.ts'
import { aliasLines } from '../report/docker-alias.ts'

/** As systemctl(1), "is-enabled". */
const NOT_INSTALLED_STATUS = 1

export default defineStandaloneCommand({
  usage: 'system docker-alias status [options]',
  description: 'Say whether there is a command "docker" that is tspod. The exit status is 1 where not.',
  positionals: {},
  options: {
    ...ALIAS_OPTIONS,
    format: { type: 'string', choices: ['text', 'json'], default: 'text', describe: 'text or json' },
  },
  runAlone: (args, { config }) => {
    const alias = dockerAliasStatus(aliasPlaces(args, config))
    return {
      lines: args.format === 'json' ? [JSON.stringify(alias, null, 2)] : aliasLines(alias),
      exitCode: alias.state === 'installed' ? 0 : NOT_INSTALLED_STATUS,
    }
  },
})
