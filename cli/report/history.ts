import type { HistoryEntry } from '../../engine/image/history.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatGoTime, formatJsonTime, wholeSeconds } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'
import type { Style } from '../style/style.ts'

export interface HistoryReportOptions {
  readonly nowMs: number
  readonly noTruncate: boolean
  /** sizes in units, and how long ago */
  readonly human: boolean
  readonly style: Style
}

/** docker and podman both show so much of a command. */
const COMMAND_LENGTH = 45

export function historyHeadings(style: Style): string[] {
  return [style.engine === 'docker' ? 'IMAGE' : 'ID', 'CREATED', 'CREATED BY', 'SIZE', 'COMMENT']
}

export function historyCells(entry: HistoryEntry, options: HistoryReportOptions): string[] {
  const { ID, Created, CreatedBy, Size, Comment } = historyFields(entry, options)
  return [ID, Created, CreatedBy, Size, Comment]
}

/** What a template for `history` may name. Source: podman-history(1), "--format". */
export function historyFields(entry: HistoryEntry, options: HistoryReportOptions) {
  const { style, noTruncate, human, nowMs } = options
  const id = noTruncate && entry.id !== '' ? style.imageId(entry.id) : shortId(entry.id)
  const since = entry.createdAtMs === null ? 'N/A' : formatAgo(entry.createdAtMs, nowMs)
  const command = entry.createdBy.replaceAll('\t', ' ').replace(/\s*\n\s*/g, ' ')
  return {
    ID: id === '' ? '<missing>' : id,
    Created: human ? since : formatJsonTime(entry.createdAtMs),
    CreatedAt:
      style.engine === 'docker' ? formatJsonTime(wholeSeconds(entry.createdAtMs)) : formatGoTime(entry.createdAtMs),
    CreatedSince: since,
    CreatedBy: noTruncate ? command : style.ellipsis(command, COMMAND_LENGTH),
    Size: human ? style.imageSize(entry.sizeBytes) : String(entry.sizeBytes),
    Comment: entry.comment,
    Tags: entry.tags,
  } as const
}

export function historyJson(entry: HistoryEntry, options: HistoryReportOptions): Readonly<Record<string, unknown>> {
  if (options.style.engine === 'docker') {
    const { Comment, CreatedAt, CreatedBy, CreatedSince, ID, Size } = historyFields(entry, options)
    return { Comment, CreatedAt, CreatedBy, CreatedSince, ID, Size }
  }
  return {
    id: entry.id === '' ? '<missing>' : entry.id,
    created: entry.created,
    CreatedBy: entry.createdBy,
    size: entry.sizeBytes,
    ...(entry.tags.length > 0 ? { tags: entry.tags } : {}),
    comment: entry.comment,
    Created: formatJsonTime(wholeSeconds(entry.createdAtMs)),
  }
}

export const HISTORY_FIELD_HEADINGS: Readonly<Record<string, string>> = { CreatedSince: 'CREATED' }
