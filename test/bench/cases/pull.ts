import type { Case, Images } from '../case.ts'
import type { Engine, Place } from '../engine.ts'
import { timed } from '../timed.ts'

/** Fetching and unpacking images from a registry on loopback into a storage that has nothing of them. */
export function pullCases(images: Images): Case[] {
  return (['disk', 'tmpfs'] as const).flatMap((place) => [
    pullCase({ place, size: 'small', rounds: 5, image: async () => images.busybox }),
    pullCase({ place, size: 'big', rounds: 3, image: images.big }),
  ])
}

function pullCase(options: {
  place: Place
  size: 'small' | 'big'
  rounds: number
  image: () => Promise<string>
}): Case {
  const { place, size } = options
  const clear = async (engine: Engine): Promise<void> => {
    await engine.run('rmi', '-f', '-a')
    // what one engine has yet to write must not slow the other
    if (place === 'disk') await timed(['sync'], { env: engine.env })
  }
  return {
    name: `pull-${size}-${place}`,
    title: `\`pull\`, ${size} image, storage on ${place === 'disk' ? 'disk' : 'tmpfs'}`,
    unit: 'ms',
    ...(size === 'big' ? { target: 0.5 } : {}),
    place,
    warmUps: size === 'small' ? 1 : 0,
    rounds: options.rounds,
    prepare: async (engine) => {
      await options.image()
      await clear(engine)
    },
    measure: async (engine) => (await engine.run('pull', await options.image())).ms,
    restore: clear,
  }
}
