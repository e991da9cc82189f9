import { describeContext } from '../../engine/info/docker-places.ts'
import { formatOne } from '../../ui/text/template/report.ts'
import { defineStandaloneCommand } from '../command.ts'
import { requireContext } from '../docker-place.ts'
import { INSPECT_FORMAT } from '../report/inspect.ts'
import { withTemplateStatus } from '../report/template-status.ts'
import { styleOf } from '../style/style.ts'

export default defineStandaloneCommand({
  usage: 'context inspect [options] [CONTEXT...]',
  positionals: { context: { array: true, describe: 'default, which is the only one' } },
  options: { format: INSPECT_FORMAT },
  runAlone: ({ context, format }, { config }) => {
    for (const name of context) requireContext(name)
    const style = styleOf(config)
    const shown = (context.length === 0 ? ['default'] : context).map(() => describeContext(config.runroot))
    if (format === undefined || format === 'json') {
      const indent = format === undefined ? style.inspectIndent : style.inspectJsonIndent
      return { lines: [JSON.stringify(shown, null, indent)] }
    }
    return { lines: shown.map((one) => withTemplateStatus(style, format, () => formatOne(format, one))) }
  },
})
