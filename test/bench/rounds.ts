import { messageOf } from '../../base/errors.ts'
import { type Case, removeContainers } from './case.ts'
import type { Engine } from './engine.ts'
import { machineIsQuiet } from './quiet.ts'
import type { CaseReport, Outcome } from './report.ts'

/** Lets the engines do the case in turn. One that fails is out, and the others go on. */
export async function runCase(entry: Case, engines: readonly Engine[], signal: AbortSignal): Promise<CaseReport> {
  const samples = new Map(engines.map((engine) => [engine, [] as number[]]))
  const errors = new Map<Engine, string>()
  const attempt = async (engine: Engine, action: () => Promise<void>): Promise<void> => {
    signal.throwIfAborted()
    if (errors.has(engine)) return
    try {
      await action()
    } catch (error) {
      errors.set(engine, messageOf(error))
    }
  }
  for (const engine of engines) await attempt(engine, () => entry.prepare(engine))
  for (let round = -entry.warmUps; round < entry.rounds; round++) {
    for (const engine of engines) {
      await attempt(engine, async () => {
        await machineIsQuiet()
        const figure = await entry.measure(engine)
        if (round >= 0) samples.get(engine)?.push(figure)
        await entry.restore?.(engine)
      })
    }
  }
  for (const engine of engines) {
    // also of one that is out: what it left would be in the way of the next case
    const failure = await removeContainers(engine).then(() => undefined, messageOf)
    await attempt(engine, async () => {
      if (failure !== undefined) throw new Error(failure)
    })
  }
  const outcomes = engines.map((engine): [string, Outcome] => {
    const error = errors.get(engine)
    return [engine.name, error === undefined ? { samples: samples.get(engine) ?? [] } : { error }]
  })
  const { name, title, unit, target, most } = entry
  return {
    name,
    title,
    unit,
    ...(target === undefined ? {} : { target }),
    ...(most === undefined ? {} : { most }),
    outcomes: Object.fromEntries(outcomes),
  }
}
