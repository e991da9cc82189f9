import type { RemovedImages } from '../../engine/image/remove.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { formatTable } from '../../ui/text/table.ts'
import { quote } from '../../ui/text/template/go-quote.ts'
import type { Pruned, Style } from './style.ts'

/** Source: docker/cli, formatter.go: a tabwriter. */
const LAYOUT = { minimumWidth: 10, padding: 3 } as const

/** Source: docker/cli 29, cli/command/formatter and cli/command/image. */
export const dockerStyle: Style = {
  engine: 'docker',
  imageName: familiarName,
  imageId: (id) => `sha256:${id}`,
  imageSize: (bytes) => formatSize(bytes),
  ellipsis: (text, length) => {
    const letters = [...text]
    return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text
  },
  quoted: (text) => quote(text, { raw: false, ascii: false }),
  report: { layout: LAYOUT, spacesPartColumns: false },
  badTemplateStatus: 64,
  table: (rows) => formatTable(rows, LAYOUT),
  json: (objects) => objects.map((object) => JSON.stringify(object)),
  inspectIndent: 4,
  inspectJsonIndent: 0,
  inspectMissingStatus: 1,
  pulled: (_, name) => name,
  // Source: moby, distribution/pull_v2.go, writeStatus: scripts ask which of the two it was
  pullStatus: ({ image, name, isNew = true }) => [
    `Digest: ${image.manifestDigest}`,
    `Status: ${isNew ? 'Downloaded newer image' : 'Image is up to date'} for ${familiarName(name)}`,
  ],
  loaded: (name) => `Loaded image: ${familiarName(name)}`,
  removed: (images) => images.flatMap(removedLines),
  pruned: (report) => [...prunedLines(report), `Total reclaimed space: ${formatSize(report.reclaimedBytes)}`],
  prunedAll: (reports) => [
    ...reports.flatMap(prunedLines),
    `Total reclaimed space: ${formatSize(reports.reduce((sum, { reclaimedBytes }) => sum + reclaimedBytes, 0))}`,
  ],
}

/** `docker.io/library/alpine:3` is `alpine:3`. A name without a registry, which is on localhost here, has none there. */
function familiarName(name: string): string {
  return name.replace(/^docker\.io\/(library\/(?=[^/]+$))?/, '').replace(/^localhost\//, '')
}

function removedLines({ untagged, undigested, deleted }: RemovedImages): string[] {
  return [
    ...[...untagged, ...undigested].map((name) => `Untagged: ${familiarName(name)}`),
    ...deleted.map((id) => `Deleted: sha256:${id}`),
  ]
}

function prunedLines({ kind, ids, images }: Pruned): string[] {
  if (ids.length === 0) return []
  const lines = images ? images.flatMap(removedLines).map((line) => line.charAt(0).toLowerCase() + line.slice(1)) : ids
  return [`Deleted ${kind}:`, ...lines, '']
}
