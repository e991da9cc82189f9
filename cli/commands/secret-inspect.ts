import { TspodError } from '../../base/errors.ts'
import type { Secret } from '../../engine/secret/list.ts'
import { formatReport } from '../../ui/text/template/report.ts'
import { defineCommand } from '../command.ts'
import { isJson } from '../report/formatted.ts'
import { INSPECT_FORMAT } from '../report/inspect.ts'
import { secretReport } from '../report/secrets.ts'

/** Source: podman 4.3, secret inspect, which indents by four where others indent by five. */
const INDENT = 4

export default defineCommand({
  usage: 'secret inspect [options] SECRET [SECRET...]',
  positionals: { secret: { required: true, array: true, describe: 'name or id' } },
  options: {
    format: INSPECT_FORMAT,
    pretty: { type: 'boolean', describe: 'for a person to read' },
    showsecret: { type: 'boolean', describe: 'what it is, too' },
  },
  run: (engine, args) => {
    const { secrets } = engine.storage
    const found: Secret[] = []
    const failures: TspodError[] = []
    for (const ref of args.secret) {
      try {
        found.push(secrets.resolve(ref))
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        failures.push(error)
      }
    }
    if (args.pretty) return { lines: found.flatMap(prettyLines), failures }
    const reports = found.map((secret) => secretReport(secret, args.showsecret ? secrets.read(secret.id) : undefined))
    const lines =
      args.format === undefined || isJson(args.format)
        ? [JSON.stringify(reports, null, INDENT)]
        : formatReport(args.format, reports, {})
    return { lines, failures }
  },
})

/** Source: podman-secret-inspect(1), "--pretty". */
function prettyLines(secret: Secret): string[] {
  return [
    `ID:              ${secret.id}`,
    `Name:            ${secret.name}`,
    ...Object.entries(secret.labels).map(([name, value]) => `Labels:          ${name}=${value}`),
    `Driver:          ${secret.driver}`,
    `Created:         ${new Date(secret.createdAtMs).toISOString()}`,
    `Updated:         ${new Date(secret.updatedAtMs).toISOString()}`,
  ]
}
