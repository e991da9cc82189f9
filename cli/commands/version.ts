import { describeVersion, describeVersionForDocker } from '../../engine/version.ts'
import { formatTable } from '../../ui/text/table.ts'
import { formatOne } from '../../ui/text/template/report.ts'
import { defineStandaloneCommand } from '../command.ts'
import { isInspectJson } from '../report/formatted.ts'
import { withGoNames } from '../report/go-names.ts'
import { withTemplateStatus } from '../report/template-status.ts'
import { styleOf } from '../style/style.ts'

export default defineStandaloneCommand({
  usage: 'version [options]',
  positionals: {},
  options: { format: { type: 'string', alias: 'f', placeholder: 'json|TEMPLATE', describe: 'JSON, or a Go template' } },
  examples: [["tspod version -f '{{.Client.Version}}'", 'the number alone', 'runs']],
  runAlone: (args, { config }) => {
    const style = styleOf(config)
    const isDocker = style.engine === 'docker'
    const report = isDocker ? describeVersionForDocker() : describeVersion()
    if (args.format === undefined) return { lines: isDocker ? dockerLines() : podmanLines() }
    const { format } = args
    if (isInspectJson(format, style)) return { lines: [JSON.stringify(report, null, isDocker ? 0 : 2)] }
    const fields = isDocker ? report : { ...report, ...report.Client }
    return { lines: [withTemplateStatus(style, format, () => formatOne(format, withGoNames({ ...fields })))] }
  },
})

function podmanLines(): string[] {
  const { Client: client } = describeVersion()
  return formatTable([
    ['Client:', 'tspod'],
    ['Version:', client.Version],
    ['API Version:', client.APIVersion],
    ['Node Version:', client.NodeVersion],
    ['OS/Arch:', client.OsArch],
  ])
}

function dockerLines(): string[] {
  const { Client: client, Server: server } = describeVersionForDocker()
  const part = (name: string, text: string): string => ` ${`${name}:`.padEnd(18)} ${text}`
  return [
    'Client:',
    part('Version', client.Version),
    part('API version', client.ApiVersion),
    part('Node version', process.version),
    part('OS/Arch', `${client.Os}/${client.Arch}`),
    part('Context', client.Context),
    '',
    'Server:',
    ' Engine:',
    ` ${part('Version', server.Version)}`,
    ` ${part('API version', `${server.ApiVersion} (minimum version ${server.MinAPIVersion})`)}`,
    ` ${part('OS/Arch', `${server.Os}/${server.Arch}`)}`,
  ]
}
