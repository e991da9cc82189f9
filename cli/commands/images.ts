import { listImages } from '../../engine/image/list.ts'
import { formatTable } from '../../ui/text/table.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { defineCommand } from '../command.ts'
import {
  IMAGE_FIELD_HEADINGS,
  imageCells,
  imageEntries,
  imageFields,
  imageHeadings,
  imageJson,
} from '../report/images.ts'

export default defineCommand({
  usage: 'images [options] [IMAGE]',
  positionals: { image: { describe: 'only images of this name' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'intermediate images, too' },
    digests: { type: 'boolean', describe: "show the manifests' digests" },
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    'no-trunc': { type: 'boolean', describe: 'show ids in full' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids' },
  },
  examples: [["tspod images --format '{{.Repository}}:{{.Tag}} {{.Size}}'", 'name and size of each']],
  run: async (engine, args) => {
    const images = listImages(engine, {
      filters: args.filter,
      ...(args.image === undefined ? {} : { reference: args.image }),
    })
    if (args.quiet) return { lines: images.map(({ id }) => (args.noTrunc ? `sha256:${id}` : shortId(id))) }
    const entries = imageEntries(images)
    const options = { nowMs: Date.now(), noTruncate: args.noTrunc, digests: args.digests }
    if (args.format === undefined || args.format === 'table') {
      const cells = entries.map((entry) => imageCells(entry, options))
      return { lines: formatTable(args.noheading ? cells : [imageHeadings(args.digests), ...cells]) }
    }
    const { printFormatted } = await import('../report/formatted.ts')
    return printFormatted(args.format, {
      json: images.map(imageJson),
      rows: () => entries.map((entry) => imageFields(entry, options)),
      headings: IMAGE_FIELD_HEADINGS,
      noHeading: args.noheading,
    })
  },
})
