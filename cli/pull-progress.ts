import type { PullEvent } from '../ui/progress/view.ts'
import type { CommandIo } from './command-io.ts'

export interface PullProgress extends Disposable {
  onProgress(event: PullEvent): void
  onNotice(line: string): void
  /** draws the last state, after which nothing is drawn; disposal does the same */
  end(): void
}

/**
 * Shows a pull on stderr, or nothing with `quiet` but the notices. What draws is loaded with the
 * first event: most runs pull nothing.
 */
export async function openPullProgress(io: CommandIo, options: { readonly quiet: boolean }): Promise<PullProgress> {
  const { stderr } = io
  if (options.quiet) {
    const nothing = (): void => {}
    return {
      onProgress: nothing,
      onNotice: (line) => stderr.write(`${line}\n`),
      end: nothing,
      [Symbol.dispose]: nothing,
    }
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
    end: () => writer.end(),
    [Symbol.dispose]: () => writer.end(),
  }
}
