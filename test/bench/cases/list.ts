import { type Case, type Images, SHORT } from '../case.ts'
import type { Engine } from '../engine.ts'
import { timed } from '../timed.ts'

/** What takes some tens of milliseconds swings by a fifth with what else the machine does: many rounds for a median that stays. */
const QUICK = { ...SHORT, rounds: 45 } as const

/** Words about itself, and listing containers and images. */
export function listCases({ busybox }: Images): Case[] {
  const prepare = async (engine: Engine): Promise<void> => {
    await engine.run('pull', busybox)
  }
  const words = (name: string, args: readonly string[], most: number): Case => ({
    ...QUICK,
    name,
    title: `\`${args.join(' ')}\``,
    most,
    prepare: async () => {},
    // as people type it: neither is told of the bench's own storage
    measure: async ({ env, argv }) => (await timed([argv()[0] ?? '', ...args], { env })).ms,
  })
  return [
    words('version', ['version'], 45),
    words('help', ['--help'], 60),
    words('run-help', ['run', '--help'], 60),
    {
      ...QUICK,
      name: 'ps-0',
      title: '`ps -a`, no container',
      target: 1.3,
      prepare,
      measure: async (engine) => (await engine.run('ps', '-a')).ms,
    },
    {
      ...QUICK,
      name: 'ps-300',
      title: '`ps -a`, 300 containers that have ended',
      target: 0.6,
      prepare: async (engine) => {
        await prepare(engine)
        await endedContainers(engine, busybox, 300)
      },
      measure: async (engine) => (await engine.run('ps', '-a')).ms,
    },
    {
      ...QUICK,
      name: 'images',
      title: '`images`',
      prepare,
      measure: async (engine) => (await engine.run('images')).ms,
    },
  ]
}

async function endedContainers(engine: Engine, image: string, count: number): Promise<void> {
  const startSome = async (): Promise<void> => {
    for (let n = 0; n < count / 4; n++) await engine.run('run', '--network=none', image, 'true')
  }
  await Promise.all([startSome(), startSome(), startSome(), startSome()])
  const { stdout } = await engine.run('ps', '-a', '-q')
  const listed = stdout.trim().split('\n').length
  if (listed !== count) throw new Error(`${engine.name} ps -a -q lists ${listed} of ${count} containers`)
}
