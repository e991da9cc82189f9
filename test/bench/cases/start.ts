import { type Case, type Images, removeContainers, SHORT } from '../case.ts'
import type { Engine } from '../engine.ts'

/** Starting containers, and commands in them. */
export function startCases(images: Images): Case[] {
  const { busybox } = images
  const prepare = async (engine: Engine): Promise<void> => {
    await engine.run('pull', busybox)
  }
  const runArgs = (network: string) => ['run', '--rm', `--network=${network}`, busybox, 'true']
  return [
    {
      ...SHORT,
      name: 'run-none',
      title: '`run --rm --network=none`',
      target: 0.6,
      prepare,
      measure: async (engine) => (await engine.run(...runArgs('none'))).ms,
    },
    {
      ...SHORT,
      name: 'run-slirp4netns',
      title: '`run --rm` with slirp4netns',
      target: 0.6,
      prepare,
      measure: async (engine) => (await engine.run(...runArgs('slirp4netns'))).ms,
    },
    {
      ...SHORT,
      name: 'run-detached',
      title: '`run -d` with slirp4netns',
      target: 0.5,
      prepare,
      measure: async (engine) => (await engine.run('run', '-d', '--network=slirp4netns', busybox, 'sleep', 'inf')).ms,
      restore: removeContainers,
    },
    {
      ...SHORT,
      name: 'exec',
      title: '`exec`',
      target: 0.4,
      prepare: async (engine) => {
        await prepare(engine)
        await engine.run('run', '-d', '--name=box', '--network=none', busybox, 'sleep', 'inf')
      },
      measure: async (engine) => (await engine.run('exec', 'box', 'true')).ms,
    },
    {
      ...SHORT,
      name: 'stop-rm',
      title: '`stop` and `rm` of a container that ends when it is told to',
      target: 0.5,
      prepare,
      measure: async (engine) => {
        await engine.run('run', '-d', '--name=box', '--init', '--network=none', busybox, 'sleep', 'inf')
        const stop = await engine.run('stop', 'box')
        const remove = await engine.run('rm', 'box')
        return stop.ms + remove.ms
      },
    },
    {
      ...SHORT,
      name: 'run-parallel',
      title: '50 parallel `run --rm --network=none`',
      target: 0.5,
      warmUps: 1,
      rounds: 5,
      prepare,
      measure: async (engine) => {
        const startedMs = performance.now()
        const runs = Array.from({ length: 50 }, () => engine.run(...runArgs('none')))
        await Promise.allSettled(runs)
        const ms = performance.now() - startedMs
        await Promise.all(runs)
        return ms
      },
    },
  ]
}
