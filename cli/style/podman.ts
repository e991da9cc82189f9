import { formatSize } from '../../ui/text/sizes.ts'
import { formatTable } from '../../ui/text/table.ts'
import type { Pruned, Style } from './style.ts'

/** Seen in podman 4.3. */
export const podmanStyle: Style = {
  engine: 'podman',
  imageName: (name) => name,
  imageId: (id) => id,
  // A space before the unit here, and nowhere else.
  imageSize: (bytes) => formatSize(bytes).replace(/^([\d.e+]+)/, '$1 '),
  ellipsis: (text, length) => {
    const letters = [...text]
    return letters.length > length ? `${letters.slice(0, length - 3).join('')}...` : text
  },
  quoted: (text) => text,
  report: { spacesPartColumns: true },
  badTemplateStatus: 125,
  table: (rows) => formatTable(rows),
  json: (objects) => [JSON.stringify(objects, null, 4)],
  inspectIndent: 5,
  inspectJsonIndent: 5,
  inspectMissingStatus: 125,
  pulled: ({ id }) => id,
  pullStatus: () => [],
  loaded: (name) => `Loaded image: ${name}`,
  removed: (images) => [
    ...images.flatMap(({ untagged }) => untagged.map((name) => `Untagged: ${name}`)),
    ...images.flatMap(({ deleted }) => deleted.map((id) => `Deleted: ${id}`)),
  ],
  pruned: ({ ids }) => [...ids],
  prunedAll: (reports) => [
    ...reports.flatMap(({ kind, ids }) => (ids.length === 0 ? [] : [`Deleted ${kind}`, ...ids])),
    `Total reclaimed space: ${formatSize(totalOf(reports))}`,
  ],
}

function totalOf(reports: readonly Pruned[]): number {
  return reports.reduce((sum, { reclaimedBytes }) => sum + reclaimedBytes, 0)
}
