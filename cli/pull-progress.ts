import type { PullEvent } from '../ui/progress/view.ts'
import type { CommandIo } from './command-io.ts'

export interface PullProgress extends Disposable {
  onProgress(event: PullEvent): void
  onNotice(line: string): void
}

/**
 * Shows a pull on stderr, or nothing with `quiet` but the notices. What draws is loaded with the
 * first event: most runs pull nothing.
 */
export async function openPullProgress(io: CommandIo, options: { readonly quiet: boolean }): Promise<PullProgress> {
  const { stderr } = io
  if (options.quiet) {
    return { onProgress: () => {}, onNotice: (line) => stderr.write(`${line}\n`), [Symbol.dispose]: () => {} }
  }
  const { openProgress } = await import('../ui/progress/writer.ts')
  const writer = openProgress({
    isTerminal: stderr.isTerminal() && io.config.env['TERM'] !== 'dumb',
    columns: () => stderr.columns(),
    write: (text) => stderr.write(text),
    now: () => performance.now(),
  })
  return {
    onProgress: (event) => writer.event(event),
    onNotice: (line) => writer.note(line),
    [Symbol.dispose]: () => writer.end(),
  }
}
