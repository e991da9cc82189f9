import { searchImages, searchTags } from '../../engine/image/search.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { REGISTRY_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'
import { SEARCH_HEADINGS, searchCells, searchJson, searchRow } from '../report/search.ts'
import { styleOf } from '../style/style.ts'

/** Source: podman-search(1), "--limit". */
const LIMIT = 25
/** Of tags all are listed. */
const TAG_LIMIT = 100_000

export default defineCommand({
  usage: 'search [options] TERM',
  positionals: { term: { required: true, describe: 'a part of a name; with a registry in front, on that one' } },
  options: {
    ...REGISTRY_OPTIONS,
    filter: {
      type: 'string',
      array: true,
      alias: 'f',
      placeholder: 'KEY=VALUE',
      describe: 'stars=, is-official=, is-automated=',
    },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    limit: {
      type: 'number',
      minimum: 1,
      placeholder: 'NUMBER',
      describe: `from each registry at most so many (default ${LIMIT})`,
    },
    'list-tags': { type: 'boolean', describe: 'list the tags of the repository TERM' },
    'no-trunc': { type: 'boolean', describe: 'show descriptions in full' },
  },
  examples: [
    ['tspod search --limit 5 alpine', 'where short names are searched'],
    ['tspod search --list-tags quay.io/podman/stable', 'the tags of one repository'],
  ],
  run: async (engine, args, { config, stderr }) => {
    const style = styleOf(config)
    const options = {
      ...(await toRegistryAccess(args)),
      onNotice: (line: string) => stderr.write(`${line}\n`),
      filters: args.filter,
    }
    const { printFormatted } = await import('../report/formatted.ts')
    if (args.listTags) {
      if (args.filter.length > 0) throw badArguments('--list-tags takes no --filter', 'search')
      const found = await searchTags(engine, args.term, { ...options, limit: args.limit ?? TAG_LIMIT })
      const rows = found.tags.map((tag) => ({ Name: style.imageName(found.repository), Tag: tag }))
      if (args.format === undefined || args.format === 'table') {
        return { lines: style.table([['NAME', 'TAG'], ...rows.map(({ Name, Tag }) => [Name, Tag])]) }
      }
      const headings = { Name: 'NAME', Tag: 'TAG' }
      const json = [{ Name: found.repository, Tags: found.tags }]
      return printFormatted(args.format, { json, rows: () => rows, headings, noHeading: false, style })
    }
    const found = await searchImages(engine, args.term, { ...options, limit: args.limit ?? LIMIT })
    const shown = { noTruncate: args.noTrunc, style }
    if (args.format === undefined || args.format === 'table') {
      const [headings, ...rows] = searchCells(found, shown)
      return { lines: found.length === 0 ? [] : style.table([headings ?? [], ...rows]) }
    }
    return printFormatted(args.format, {
      json: found.map((image) => searchJson(image, style)),
      rows: () => found.map((image) => searchRow(image, shown)),
      headings: SEARCH_HEADINGS,
      noHeading: false,
      style,
    })
  },
})
