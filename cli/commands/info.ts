import { describeEngine } from '../../engine/info.ts'
import { formatReport } from '../../ui/text/template/report.ts'
import { formatYaml } from '../../ui/text/yaml.ts'
import { defineCommand } from '../command.ts'
import { isJson } from '../report/formatted.ts'

export default defineCommand({
  usage: 'info [options]',
  positionals: {},
  options: { format: { type: 'string', alias: 'f', placeholder: 'json|TEMPLATE', describe: 'JSON, or a Go template' } },
  examples: [["tspod info -f '{{.Store.GraphDriverName}}'", 'the storage driver']],
  run: (engine, args) => {
    const report = describeEngine(engine)
    if (args.format === undefined) return { lines: formatYaml(report) }
    if (isJson(args.format)) return { lines: [JSON.stringify(report, null, 2)] }
    return { lines: formatReport(args.format, [withGoNames(report)], {}) }
  },
})

/** podman's templates name Go's fields, `.Host.Arch`, where its JSON has `host.arch`. Both work here. */
function withGoNames(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isStruct = (item: unknown): item is Readonly<Record<string, unknown>> =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
  const named = Object.entries(value).flatMap(([name, item]) => {
    const inner = isStruct(item) ? withGoNames(item) : item
    return [name, name.charAt(0).toUpperCase() + name.slice(1)].map((spelling) => [spelling, inner] as const)
  })
  return Object.fromEntries(named)
}
