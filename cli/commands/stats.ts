import { selectContainers } from '../../engine/container/select.ts'
import { type ContainerStats, watchStats } from '../../engine/container/stats.ts'
import { formatReport } from '../../ui/text/template/report.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { isJson } from '../report/formatted.ts'
import {
  DOCKER_STATS_HEADINGS,
  DOCKER_STATS_TABLE,
  dockerStats,
  PODMAN_STATS_HEADINGS,
  PODMAN_STATS_TABLE,
  podmanStats,
  podmanStatsJson,
} from '../report/stats.ts'
import { resultText } from '../result-text.ts'
import { type Style, styleOf } from '../style/style.ts'

/** Source: podman-stats(1), "--interval"; docker's is fixed. */
const INTERVAL_S = { podman: 5, docker: 1 } as const

export default defineCommand({
  usage: 'stats [options] [CONTAINER...]',
  positionals: { container: { array: true, describe: 'names or ids; all that run where there are none' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'those that do not run, too' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    interval: { type: 'number', alias: 'i', minimum: 1, placeholder: 'SECONDS', describe: 'between two looks; 5' },
    latest: { type: 'boolean', alias: 'l', describe: 'the container that was made last' },
    'no-reset': { type: 'boolean', describe: 'do not clear the screen between two looks' },
    'no-stream': { type: 'boolean', describe: 'look once' },
    'no-trunc': { type: 'boolean', describe: 'show ids in full' },
  },
  examples: [
    ['tspod stats', 'what all that run use, until you end it'],
    ["tspod stats --no-stream --format '{{.Name}} {{.MemUsage}}'", 'once, and only the memory', 'runs'],
  ],
  run: async (engine, args, io) => {
    const { config, stdout } = io
    const style = styleOf(config)
    const chosen = [args.all, args.latest, args.container.length > 0].filter(Boolean).length
    if (chosen > 1) throw badArguments('stats takes --all, --latest or containers, only one of them', 'stats')
    const refs = args.latest ? selectContainers(engine, { latest: true }) : args.container
    const reports = watchStats(engine, {
      refs,
      all: args.all,
      intervalMs: (args.interval ?? INTERVAL_S[style.engine]) * 1000,
      // docker measures for a second; podman's first numbers are since the start
      measured: style.engine === 'docker',
    })
    for await (const stats of reports) {
      const lines = print(stats, { format: args.format, noTruncate: args.noTrunc, refs: args.container, style })
      if (args.noStream) return { lines }
      const clear = stdout.isTerminal() && !args.noReset && args.format === undefined ? '\u001b[2J\u001b[H' : ''
      stdout.write(clear + resultText({ lines }, io))
    }
    return {}
  },
})

function print(
  stats: readonly ContainerStats[],
  {
    format,
    noTruncate,
    refs,
    style,
  }: {
    readonly format: string | undefined
    readonly noTruncate: boolean
    readonly refs: readonly string[]
    readonly style: Style
  },
): string[] {
  const isDocker = style.engine === 'docker'
  if (format !== undefined && isJson(format)) {
    return isDocker
      ? stats.map((one) => JSON.stringify(dockerStats(one, { noTruncate, refs })))
      : [
          JSON.stringify(
            stats.map((one) => podmanStatsJson(one, noTruncate)),
            null,
            1,
          ),
        ]
  }
  const table = isDocker ? DOCKER_STATS_TABLE : PODMAN_STATS_TABLE
  const rows = stats.map((one) => (isDocker ? dockerStats(one, { noTruncate, refs }) : podmanStats(one, noTruncate)))
  const headings = isDocker ? DOCKER_STATS_HEADINGS : PODMAN_STATS_HEADINGS
  return formatReport(format === undefined || format === 'table' ? table : format, rows, headings, style.report)
}
