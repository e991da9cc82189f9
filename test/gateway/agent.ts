/** A process in a network namespace that runs the functions which tests send it; they live as long as it does. */
import { runInThisContext } from 'node:vm'

interface Call {
  readonly id: number
  readonly source: string
  readonly argument: unknown
}

process.on('message', ({ id, source, argument }: Call) => {
  void Promise.resolve()
    .then(() => (runInThisContext(`(${source})`) as (argument: unknown) => unknown)(argument))
    .then(
      (value) => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    )
})
process.on('disconnect', () => process.exit())
process.send?.({ id: 0 })
