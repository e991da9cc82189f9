/** Undo steps, run last-in first-out unless kept. Push each one on the line after what it undoes. */
export class UndoStack implements AsyncDisposable {
  #steps: (() => void | Promise<void>)[] = []

  push(step: () => void | Promise<void>): void {
    this.#steps.push(step)
  }

  /** Everything worked: what was done stays. */
  keep(): void {
    this.#steps = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const steps = this.#steps.reverse()
    this.#steps = []
    const failures: unknown[] = []
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, 'several undo steps failed')
  }
}
