import type { Engine, Place } from './engine.ts'
import type { CaseReport } from './report.ts'

/** Something both engines do, and how often. What is not in `measure` is not in the figure. */
export interface Case extends Omit<CaseReport, 'outcomes'> {
  readonly place: Place
  readonly warmUps: number
  readonly rounds: number
  /** once, before the first round */
  prepare(engine: Engine): Promise<void>
  /** one figure, in the case's unit */
  measure(engine: Engine): Promise<number>
  /** after each round */
  restore?(engine: Engine): Promise<void>
}

/** Names of images in the bench's registry. */
export interface Images {
  readonly busybox: string
  /** 3 layers, more than 20,000 files; made when first asked for */
  readonly big: () => Promise<string>
  /** Debian with nginx, redis and iperf3; made when first asked for */
  readonly servers: () => Promise<string>
}

export const SHORT = { unit: 'ms', place: 'disk', warmUps: 2, rounds: 15 } as const

export async function removeContainers(engine: Engine): Promise<void> {
  await engine.run('rm', '-f', '-a', '-t', '0')
}
