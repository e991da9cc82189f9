import { setTimeout } from 'node:timers/promises'
import { type Case, type Images, removeContainers, SHORT } from '../case.ts'
import type { Engine } from '../engine.ts'
import { memoryKib, PRIVATE } from '../private-memory.ts'
import { type Process, processesOfUser, treeOf } from '../processes.ts'

/** Memory of what an engine leaves running beside a container that does nothing. */
export function memoryCases({ busybox }: Images): Case[] {
  const memoryCase = (name: string, title: string, fields: readonly string[]): Case => ({
    ...SHORT,
    name,
    title,
    unit: 'KiB',
    warmUps: 1,
    rounds: 3,
    prepare: async (engine) => {
      await engine.run('pull', busybox)
    },
    measure: (engine) => idleMemory(engine, busybox, { fields, network: 'slirp4netns' }),
    restore: removeContainers,
  })
  return [
    {
      ...memoryCase('memory-private', 'private memory beside an idle container, slirp4netns', PRIVATE),
      target: 1,
    },
    {
      ...memoryCase(
        'memory-monitor',
        'private memory beside an idle container without a network: the monitor',
        PRIVATE,
      ),
      measure: (engine) => idleMemory(engine, busybox, { fields: PRIVATE, network: 'none' }),
      most: 600,
    },
    memoryCase('memory-pss', 'the same, with its share of what is shared (PSS)', ['Pss']),
  ]
}

async function idleMemory(
  engine: Engine,
  image: string,
  { fields, network }: { readonly fields: readonly string[]; readonly network: string },
): Promise<number> {
  const before = new Set(processesOfUser().map(({ pid }) => pid))
  const { stdout: id } = await engine.run('run', '-d', `--network=${network}`, image, 'sleep', 'inf')
  // what only started it has ended by then
  await setTimeout(1000)
  const { stdout: pid } = await engine.run('inspect', '--format', '{{.State.Pid}}', id.trim())
  const after = processesOfUser()
  const inside = treeOf(Number(pid), after)
  if (inside.size === 0) throw new Error(`${engine.name} inspect tells no process of the container: ${pid}`)
  const stay = after.filter((process) => !before.has(process.pid) && !inside.has(process.pid))
  requireParts(engine, stay, network)
  return await memoryKib(engine, stay, fields)
}

/** That the figure is of all the parts, not of what was found by chance. */
function requireParts(engine: Engine, stay: readonly Process[], network: string): void {
  // the launcher runs from a copy of itself in memory
  const monitor = engine.name === 'tspod' ? 'memfd:launcher' : 'conmon'
  for (const name of network === 'none' ? [monitor] : [monitor, network]) {
    if (!stay.some((process) => process.name === name)) throw new Error(`${engine.name}: there is no process ${name}`)
  }
}
