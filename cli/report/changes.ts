import type { FileChange } from '../../engine/image/diff.ts'
import { formatReport } from '../../ui/text/template/report.ts'
import type { CommandResult } from '../command.ts'
import type { Option } from '../flags/option.ts'
import { isJson } from './formatted.ts'

export const DIFF_FORMAT = {
  type: 'string',
  placeholder: 'json',
  describe: 'JSON, or a Go template',
} as const satisfies Option

const LETTERS = { added: 'A', changed: 'C', deleted: 'D' } as const

/** `A /path`, or podman's object of three lists. Source: podman-diff(1), "--format". */
export function printChanges(changes: readonly FileChange[], format: string | undefined): CommandResult {
  if (format === undefined) return { lines: changes.map(({ kind, path }) => `${LETTERS[kind]} ${path}`) }
  if (!isJson(format)) {
    return {
      lines: formatReport(
        format,
        changes.map(({ kind, path }) => ({ Kind: LETTERS[kind], Path: path })),
        {},
      ),
    }
  }
  const lists = (['changed', 'added', 'deleted'] as const).flatMap((kind) => {
    const paths = changes.filter((change) => change.kind === kind).map(({ path }) => path)
    return paths.length > 0 ? [[kind, paths] as const] : []
  })
  return { lines: [JSON.stringify(Object.fromEntries(lists), null, 5)] }
}
