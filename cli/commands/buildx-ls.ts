import { describeBuilder } from '../../engine/info/docker-places.ts'
import { describeVersionForDocker } from '../../engine/version.ts'
import { defineStandaloneCommand } from '../command.ts'
import { printFormatted } from '../report/formatted.ts'
import { styleOf } from '../style/style.ts'

const HEADINGS = ['NAME/NODE', 'DRIVER/ENDPOINT', 'STATUS', 'BUILDKIT', 'PLATFORMS']

export default defineStandaloneCommand({
  usage: 'buildx ls [options]',
  positionals: {},
  options: {
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    'no-trunc': { type: 'boolean', hidden: true, describe: 'nothing is shortened' },
  },
  runAlone: ({ format }, { config }) => {
    const style = styleOf(config)
    const builder = describeBuilder(describeVersionForDocker().Client.Arch)
    if (format !== undefined && format !== 'table') {
      return printFormatted(format, {
        json: [builder],
        rows: () => [{ ...builder }],
        headings: {},
        noHeading: true,
        style,
      })
    }
    const nodes = builder.Nodes.map((node) => [
      ` \\_ ${node.Name}`,
      ` \\_ ${node.Endpoint}`,
      node.Status,
      `v${node.Version}`,
      node.Platforms.join(', '),
    ])
    return { lines: style.table([HEADINGS, [`${builder.Name}*`, builder.Driver, '', '', ''], ...nodes]) }
  },
})
