import { isDockerEvent } from '../../engine/events/docker-action.ts'
import type { EngineEvent } from '../../engine/events/event.ts'
import { readEvents } from '../../engine/events/read.ts'
import { formatOne } from '../../ui/text/template/report.ts'
import { defineCommand } from '../command.ts'
import { parseTime } from '../flags/log-options.ts'
import {
  dockerEventFields,
  dockerEventJson,
  dockerEventLine,
  podmanEventFields,
  podmanEventJson,
  podmanEventLine,
} from '../report/events.ts'
import { isJson } from '../report/formatted.ts'
import { withTemplateStatus } from '../report/template-status.ts'
import { resultText } from '../result-text.ts'
import { type Style, styleOf } from '../style/style.ts'

/** A template that names what is not there fails before the first event comes. */
const NOTHING: EngineEvent = { timeMs: 0, type: 'container', action: '', id: '', name: '', attributes: {} }

export default defineCommand({
  usage: 'events [options]',
  description:
    'Show what happens to containers, images, volumes and secrets, as it happens. Filters are container, event, image, label, ' +
    'network, pod, secret, type and volume. Two files of 4 MB are kept of what happened before.',
  positionals: {},
  options: {
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    'no-trunc': { type: 'boolean', default: true, describe: 'show ids in full' },
    since: { type: 'string', placeholder: 'TIME', describe: 'those after this time, or this long ago, too: 10m' },
    stream: { type: 'boolean', default: true, describe: 'go on; --stream=false shows those that are kept' },
    until: { type: 'string', placeholder: 'TIME', describe: 'those before this time; it ends then' },
  },
  examples: [
    ['tspod events --filter event=died', 'whenever a container has ended'],
    ['tspod events --since 1h --stream=false', 'what happened in the last hour', 'runs'],
    ["tspod events --format '{{.Type}} {{.Status}} {{.Name}}'", 'the essential'],
  ],
  run: async (engine, args, io) => {
    const { config, stdout } = io
    const style = styleOf(config)
    const show = printer(args.format, { style, noTruncate: args.noTrunc })
    const nowMs = Date.now()
    const events = readEvents(engine, {
      filters: args.filter,
      follow: args.stream,
      ...(args.since === undefined ? {} : { sinceMs: parseTime('--since', args.since, nowMs) }),
      ...(args.until === undefined ? {} : { untilMs: parseTime('--until', args.until, nowMs) }),
    })
    for await (const event of events) {
      if (style.engine === 'podman' || isDockerEvent(event)) stdout.write(resultText({ lines: [show(event)] }, io))
    }
    return {}
  },
})

function printer(
  format: string | undefined,
  { style, noTruncate }: { readonly style: Style; readonly noTruncate: boolean },
): (event: EngineEvent) => string {
  const isDocker = style.engine === 'docker'
  if (format === undefined) return isDocker ? dockerEventLine : (event) => podmanEventLine(event, noTruncate)
  if (isJson(format)) return isDocker ? dockerEventJson : podmanEventJson
  const render = (event: EngineEvent): string =>
    withTemplateStatus(style, format, () =>
      formatOne(format, isDocker ? dockerEventFields(event) : podmanEventFields(event)),
    )
  render(NOTHING)
  return render
}
