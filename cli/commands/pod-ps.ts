import { listPods } from '../../engine/pod/list.ts'
import { selectPods } from '../../engine/pod/select.ts'
import { defineCommand } from '../command.ts'
import { printFormatted } from '../report/formatted.ts'
import { POD_HEADINGS, POD_SORTS, podFields, podJson, podTable, sortPods } from '../report/pods.ts'

export default defineCommand({
  usage: 'pod ps [options]',
  description:
    'List pods. Filters are id, name, label, label!, status, until, network, ctr-ids, ctr-names, ctr-number and ctr-status; of several ' +
    'for one key one must match, but for labels, which must all be there. name and ctr-names are regular expressions.',
  positionals: {},
  options: {
    'ctr-ids': { type: 'boolean', describe: 'show the ids of their containers' },
    'ctr-names': { type: 'boolean', describe: 'show the names of their containers' },
    'ctr-status': { type: 'boolean', describe: 'show the states of their containers' },
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    latest: { type: 'boolean', alias: 'l', describe: 'the one that was made last' },
    'no-trunc': { type: 'boolean', describe: 'show ids in full' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    ns: { type: 'boolean', hidden: true, describe: 'has no effect' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids, in full' },
    sort: { type: 'string', choices: POD_SORTS, default: 'created', describe: 'what to sort by' },
  },
  examples: [
    ['tspod pod ps --ctr-names', 'with the names of their containers', 'runs'],
    ['tspod pod ps --filter status=degraded', 'those of whose containers some have ended', 'runs'],
  ],
  run: (engine, args) => {
    const latest = args.latest ? selectPods(engine, { latest: true }) : undefined
    const found = listPods(engine, { filters: args.filter }).filter(({ row }) => latest?.includes(row.id) ?? true)
    const pods = sortPods(found, args.sort)
    if (args.quiet && args.format === undefined) return { lines: pods.map(({ row }) => row.id) }
    const columns = { ids: args.ctrIds, names: args.ctrNames, statuses: args.ctrStatus }
    const isTable = args.format === undefined || args.format === 'table'
    const options = { nowMs: Date.now(), noTruncate: args.noTrunc }
    return printFormatted(isTable ? podTable(columns) : (args.format ?? ''), {
      json: pods.map((pod) => podJson(engine, pod)),
      rows: () => pods.map((pod) => podFields(engine, pod, options)),
      headings: POD_HEADINGS,
      noHeading: args.noheading,
    })
  },
})
