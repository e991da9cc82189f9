import type { Case, Images } from '../case.ts'
import type { Engine, Place } from '../engine.ts'
import { timed } from '../timed.ts'

/** What a container writes, through the engine to a reader. */
export function outputCases({ busybox }: Images): Case[] {
  return (['disk', 'tmpfs'] as const).map((place: Place) => ({
    name: `output-${place}`,
    title: `1 GiB of output through a pipe, storage on ${place}`,
    unit: 'ms',
    target: 0.2,
    place,
    warmUps: 0,
    rounds: 3,
    prepare: async (engine) => {
      await engine.run('pull', busybox)
      const { stdout } = await pipe(engine, { image: busybox, mib: 64, reader: 'wc -c' })
      if (Number(stdout) !== 64 << 20)
        throw new Error(`${engine.name} run let ${stdout.trim()} of ${64 << 20} bytes through`)
    },
    measure: async (engine) => (await pipe(engine, { image: busybox, mib: 1024, reader: 'cat >/dev/null' })).ms,
  }))
}

function pipe(engine: Engine, options: { image: string; mib: number; reader: string }): ReturnType<typeof timed> {
  const dd = ['dd', 'if=/dev/zero', 'bs=1M', `count=${options.mib}`]
  const argv = engine.argv('run', '--rm', '--network=none', options.image, ...dd)
  // without pipefail the reader's end would hide the engine's
  return timed(['bash', '-o', 'pipefail', '-c', `"$@" | ${options.reader}`, 'bash', ...argv], { env: engine.env })
}
