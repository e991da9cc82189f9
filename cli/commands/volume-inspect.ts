import { TspodError } from '../../base/errors.ts'
import { formatReport, type ReportRow } from '../../ui/text/template/report.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { isJson } from '../report/formatted.ts'
import { INSPECT_FORMAT } from '../report/inspect.ts'
import { volumeReport } from '../report/volumes.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'volume inspect [options] VOLUME [VOLUME...]',
  positionals: { volume: { array: true, describe: 'name' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all volumes' },
    format: INSPECT_FORMAT,
  },
  run: (engine, args, { config }) => {
    const { volumes } = engine.storage
    if (args.all === args.volume.length > 0) throw badArguments('volume inspect takes names or --all', 'volume inspect')
    const found: ReportRow[] = []
    const failures: TspodError[] = []
    for (const name of args.all ? volumes.list().map((volume) => volume.name) : args.volume) {
      try {
        found.push(volumeReport(volumes.resolve(name)))
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        failures.push(error)
      }
    }
    const { inspectIndent } = styleOf(config)
    const lines = isJson(args.format)
      ? [JSON.stringify(found, null, inspectIndent)]
      : formatReport(args.format, found, {})
    return { lines, failures }
  },
})
