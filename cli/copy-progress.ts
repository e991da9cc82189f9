import { oneLine } from '../ui/text/printable.ts'
import { formatSize } from '../ui/text/sizes.ts'
import type { CommandIo } from './command-io.ts'

export interface CopyProgress extends Disposable {
  note(line: string): void
  bytes(count: number): void
  /** all has been copied */
  done(): void
}

/** Redraws are at least this far apart. */
const FRAME_MS = 100

/**
 * Shows on a terminal how much of a copy is done. Notes are shown in any case.
 * @param total say at the end how much it was, as Docker does
 */
export function openCopyProgress(
  { stderr, stdout }: CommandIo,
  options: { readonly isShown: boolean; readonly to: string; readonly total: boolean },
): CopyProgress {
  const isShown = options.isShown && stderr.isTerminal()
  let copied = 0
  let drawnAtMs = performance.now()
  let isDrawn = false
  const clear = (): void => {
    if (isDrawn) stderr.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    note(line) {
      clear()
      stderr.write(`${oneLine(line)}\n`)
    },
    bytes(count) {
      copied += count
      if (!isShown || performance.now() - drawnAtMs < FRAME_MS) return
      drawnAtMs = performance.now()
      isDrawn = true
      stderr.write(`\r\u001b[KCopying to ${options.to} - ${formatSize(copied)}`)
    },
    done() {
      clear()
      if (options.isShown && options.total && stdout.isTerminal()) {
        stderr.write(`Successfully copied ${formatSize(copied)} to ${options.to}\n`)
      }
    },
    [Symbol.dispose]: clear,
  }
}
