import type { PullEvent } from '../ui/progress/view.ts'
import { asText, openPhases } from './ci.ts'
import type { CommandIo } from './command-io.ts'

export interface PullProgress extends Disposable {
  onProgress(event: PullEvent): void
  onNotice(line: string): void
  /** draws the last state, after which nothing is drawn; disposal does the same */
  end(): void
}

/** docker's `save` and `load` say nothing of how far they are where stderr is no terminal. */
export function isQuietThere({ config, stderr }: CommandIo): boolean {
  return config.compat === 'docker' && !stderr.isTerminal()
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
  const { headLine } = await import('../ui/progress/render.ts')
  const { openProgress } = await import('../ui/progress/writer.ts')
  const { styleOf } = await import('./style/style.ts')
  const { imageName } = styleOf(io.config)
  const { ci, env } = io.config
  const writer = openProgress({
    isTerminal: ci === undefined && stderr.isTerminal() && env['TERM'] !== 'dumb',
    columns: () => stderr.columns(),
    write: (text) => stderr.write(text),
    now: () => performance.now(),
  })
  const phases = openPhases(ci, (text) => stderr.write(text), Date.now)
  const end = (): void => {
    writer.end()
    phases.end()
  }
  return {
    onProgress(given) {
      const event = given.type === 'resolved' ? { ...given, reference: imageName(given.reference) } : given
      if (event.type === 'resolved') phases.begin(headLine(event.action ?? 'pull', event.reference))
      writer.event(event)
    },
    onNotice: (line) => writer.note(asText(ci, line)),
    end,
    [Symbol.dispose]: end,
  }
}
