/**
 * One operation of the launcher. A plan is a list of these and nothing else: pure data,
 * so it can be printed (`tspod run --explain`), compared in a test, and read by the launcher.
 * `why` completes the sentence "could not …" when the step fails.
 *
 * Which process carries out a step: the monitor starts at the top; `clone` makes a child
 * that carries out the next `steps` steps while the monitor goes on behind them.
 */
export interface Step {
  readonly op: string
  readonly args: readonly string[]
  readonly why: string
}
