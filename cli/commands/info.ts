import { describeForDocker } from '../../engine/info/docker.ts'
import { describeEngine } from '../../engine/info.ts'
import { goJson } from '../../ui/text/template/go-json.ts'
import { formatOne } from '../../ui/text/template/report.ts'
import { formatYaml } from '../../ui/text/yaml.ts'
import { defineCommand } from '../command.ts'
import { DOCKER_FIELDS } from '../report/docker-fields.ts'
import { dockerInfoLines } from '../report/docker-info.ts'
import { isInspectJson } from '../report/formatted.ts'
import { withGoFields } from '../report/go-fields.ts'
import { withGoNames } from '../report/go-names.ts'
import { withTemplateStatus } from '../report/template-status.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'info [options]',
  positionals: {},
  options: {
    debug: { type: 'boolean', alias: 'D', hidden: true, describe: 'more, of which there is nothing' },
    format: { type: 'string', alias: 'f', placeholder: 'json|TEMPLATE', describe: 'JSON, or a Go template' },
  },
  examples: [["tspod info -f '{{.Store.GraphDriverName}}'", 'the storage driver', 'runs']],
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const isDocker = style.engine === 'docker'
    const report = isDocker ? await describeForDocker(engine) : await describeEngine(engine)
    if (args.format === undefined) {
      return { lines: 'ServerVersion' in report ? dockerInfoLines(report) : formatYaml(report) }
    }
    const { format } = args
    if (isInspectJson(format, style)) return { lines: [isDocker ? goJson(report) : goJson(report, 2)] }
    const fields = isDocker ? withGoFields(report, DOCKER_FIELDS.info) : withGoNames(report)
    return { lines: [withTemplateStatus(style, format, () => formatOne(format, fields))] }
  },
})
