import { watchPodStats } from '../../engine/pod/stats.ts'
import { formatReport } from '../../ui/text/template/report.ts'
import { defineCommand } from '../command.ts'
import { POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'
import { isJson } from '../report/formatted.ts'
import { POD_STATS_HEADINGS, POD_STATS_TABLE, podStatsFields } from '../report/pod-stats.ts'
import { resultText } from '../result-text.ts'

/** Source: podman-pod-stats(1). */
const INTERVAL_MS = 5000

export default defineCommand({
  usage: 'pod stats [options] [POD...]',
  description: 'Show what the containers of pods use of the machine: of all pods that run where none is named.',
  positionals: POD_POSITIONALS,
  options: {
    ...POD_TARGET_OPTIONS,
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    'no-reset': { type: 'boolean', describe: 'do not clear the screen between two looks' },
    'no-stream': { type: 'boolean', describe: 'look once' },
  },
  run: async (engine, args, io) => {
    const isEach = args.pod.length === 0 && !args.latest
    const targets = { ...args, all: args.all || isEach }
    const refs = podTargets(engine, targets, { command: 'pod stats', among: ['Running', 'Degraded'] })
    const format = args.format === undefined || args.format === 'table' ? POD_STATS_TABLE : args.format
    for await (const stats of watchPodStats(engine, refs, { intervalMs: INTERVAL_MS })) {
      const rows = stats.map(podStatsFields)
      const lines = isJson(format) ? [JSON.stringify(rows, null, 1)] : formatReport(format, rows, POD_STATS_HEADINGS)
      if (args.noStream) return { lines }
      const clear = io.stdout.isTerminal() && !args.noReset && args.format === undefined ? '\u001b[2J\u001b[H' : ''
      io.stdout.write(clear + resultText({ lines }, io))
    }
    return {}
  },
})
