import { imageHistory } from '../../engine/image/history.ts'
import { defineCommand } from '../command.ts'
import { HISTORY_FIELD_HEADINGS, historyCells, historyFields, historyHeadings, historyJson } from '../report/history.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'history [options] IMAGE',
  positionals: { image: { required: true, describe: 'name or id' } },
  options: {
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    human: { type: 'boolean', alias: 'H', default: true, describe: 'sizes and dates for people' },
    'no-trunc': { type: 'boolean', describe: 'show ids and commands in full' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids' },
  },
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const entries = imageHistory(engine, args.image)
    const options = { nowMs: Date.now(), noTruncate: args.noTrunc, human: args.human, style }
    if (args.quiet) return { lines: entries.map((entry) => historyFields(entry, options).ID) }
    if (args.format === undefined || args.format === 'table') {
      return { lines: style.table([historyHeadings(style), ...entries.map((entry) => historyCells(entry, options))]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: entries.map((entry) => historyJson(entry, options)),
      rows: () => entries.map((entry) => historyFields(entry, options)),
      headings: HISTORY_FIELD_HEADINGS,
      noHeading: false,
      style: { ...style, json: style.engine === 'docker' ? style.json : (objects) => [JSON.stringify(objects)] },
    })
  },
})
