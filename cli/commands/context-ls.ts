import { listContext } from '../../engine/info/docker-places.ts'
import { defineStandaloneCommand } from '../command.ts'
import { printFormatted } from '../report/formatted.ts'
import { styleOf } from '../style/style.ts'

const HEADINGS = { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' }

export default defineStandaloneCommand({
  usage: 'context ls [options]',
  positionals: {},
  options: {
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the names' },
  },
  runAlone: ({ format, quiet }, { config }) => {
    const style = styleOf(config)
    const context = listContext(config.runroot)
    if (quiet) return { lines: [context.Name] }
    if (format !== undefined && format !== 'table') {
      return printFormatted(format, {
        json: [context],
        rows: () => [context],
        headings: HEADINGS,
        noHeading: false,
        style,
      })
    }
    const { Name: name, Description: description, DockerEndpoint: endpoint } = context
    return { lines: style.table([Object.values(HEADINGS), [`${name} *`, description, endpoint, '']]) }
  },
})
