import { describeVersion } from '../../engine/version.ts'
import { formatTable } from '../../ui/text/table.ts'
import { formatReport } from '../../ui/text/template/report.ts'
import { defineStandaloneCommand } from '../command.ts'
import { isJson } from '../report/formatted.ts'

export default defineStandaloneCommand({
  usage: 'version [options]',
  positionals: {},
  options: { format: { type: 'string', alias: 'f', placeholder: 'json|TEMPLATE', describe: 'JSON, or a Go template' } },
  runAlone: (args) => {
    const report = describeVersion()
    const { Client: client } = report
    if (args.format === undefined) {
      return {
        lines: formatTable([
          ['Client:', 'tspod'],
          ['Version:', client.Version],
          ['API Version:', client.APIVersion],
          ['Node Version:', client.NodeVersion],
          ['OS/Arch:', client.OsArch],
        ]),
      }
    }
    if (isJson(args.format)) return { lines: [JSON.stringify(report, null, 2)] }
    return { lines: formatReport(args.format, [{ ...report }], {}) }
  },
})
