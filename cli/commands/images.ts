import { listImages } from '../../engine/image/list.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { defineCommand } from '../command.ts'
import {
  IMAGE_FIELD_HEADINGS,
  IMAGE_SORTS,
  imageCells,
  imageEntries,
  imageFields,
  imageHeadings,
  imagesJson,
  sortEntries,
} from '../report/images.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'images [options] [IMAGE]',
  positionals: { image: { describe: 'only images of this name' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'intermediate images, too' },
    digests: { type: 'boolean', describe: "show the manifests' digests" },
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    history: { type: 'boolean', hidden: true, describe: 'the names an image had' },
    'no-trunc': { type: 'boolean', describe: 'show ids in full' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids' },
    sort: { type: 'string', choices: IMAGE_SORTS, default: 'created', describe: 'what to sort by' },
  },
  examples: [
    ["tspod images --format '{{.Repository}}:{{.Tag}} {{.Size}}'", 'name and size of each', 'runs'],
    ['tspod images -q --filter dangling=true', 'ids of images without a name', 'runs'],
  ],
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const images = listImages(engine, {
      all: args.all,
      filters: args.filter,
      ...(args.image === undefined ? {} : { reference: args.image }),
    })
    const entries = sortEntries(imageEntries(images, style), args.sort)
    if (args.quiet) {
      const ids = [...new Set(entries.map(({ image }) => image.id))]
      return { lines: ids.map((id) => (args.noTrunc ? `sha256:${id}` : shortId(id))) }
    }
    const options = { nowMs: Date.now(), noTruncate: args.noTrunc, digests: args.digests, style }
    if (args.format === undefined || args.format === 'table') {
      const cells = entries.map((entry) => imageCells(entry, options))
      return { lines: style.table(args.noheading ? cells : [imageHeadings(args.digests), ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: imagesJson(images, entries, options),
      rows: () => entries.map((entry) => imageFields(entry, options)),
      headings: IMAGE_FIELD_HEADINGS,
      noHeading: args.noheading,
      style,
    })
  },
})
