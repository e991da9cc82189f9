import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { parseContainerConfig } from './config.ts'
import { dependenciesOf } from './dependents.ts'
import { type InTurn, restartContainer } from './restart.ts'
import type { StopHow } from './stop-locked.ts'

type Restarted = PromiseSettledResult<{ id: string }>

/**
 * Several at once: they stop side by side, and start one after the other, as this process has to be in the cgroup of
 * the one it starts. What depends on others of them is stopped when those run again. One that is named twice is
 * restarted once.
 */
export async function restartContainers(engine: Engine, refs: readonly string[], how: StopHow): Promise<Restarted[]> {
  const inTurn = oneByOne()
  const results = new Map<string, Restarted>()
  const restart = async (ref: string): Promise<void> => {
    const [result] = await Promise.allSettled([restartContainer(engine, ref, { ...how, inTurn })])
    results.set(ref, result)
  }
  const named = refs.map((ref) => findRow(engine, ref) ?? ref)
  for (const wave of wavesOf(named)) await Promise.all(wave.map(restart))
  return named.flatMap((one) => results.get(idOf(one)) ?? [])
}

/** Undefined where it is nothing that could be restarted; `restartContainer` says why. */
function findRow(engine: Engine, ref: string): ContainerRow | undefined {
  try {
    return engine.storage.containers.find(ref)
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_AMBIGUOUS_REF') return undefined
    throw error
  }
}

function idOf(one: ContainerRow | string): string {
  return typeof one === 'string' ? one : one.id
}

function oneByOne(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const mine = last.then(action)
    last = mine.catch(() => {})
    return mine
  }
}

/** Groups of ids: none depends on one of its own group or of a later one. What is no container is in the first. */
function wavesOf(named: readonly (ContainerRow | string)[]): string[][] {
  const needs = new Map(
    named.map((one) => [idOf(one), typeof one === 'string' ? [] : dependenciesOf(parseContainerConfig(one.config))]),
  )
  const waves: string[][] = []
  while (needs.size > 0) {
    const free = [...needs].filter(([, ids]) => !ids.some((id) => needs.has(id))).map(([id]) => id)
    const wave = free.length > 0 ? free : [...needs.keys()]
    waves.push(wave)
    for (const id of wave) needs.delete(id)
  }
  return waves
}
