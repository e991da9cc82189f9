import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../../base/child.ts'
import { type Case, type Images, removeContainers } from '../case.ts'
import type { Engine } from '../engine.ts'
import { timed } from '../timed.ts'

const MEGABYTES = 500

/** Files that go into a container and out of it, and a log that is read. */
export function fileCases({ busybox }: Images): Case[] {
  const usual = { unit: 'ms', place: 'tmpfs', warmUps: 1, rounds: 5, restore: async () => {} } as const
  return [
    {
      ...usual,
      name: 'cp-in',
      title: `cp of ${MEGABYTES} MB into a running container`,
      target: 0.5,
      prepare: (engine) => prepareCopy(engine, busybox),
      measure: async (engine) => (await engine.run('cp', largeFile(engine), 'files:/tmp/large')).ms,
      restore: async (engine) => void (await engine.run('exec', 'files', 'rm', '/tmp/large')),
    },
    {
      ...usual,
      name: 'cp-out',
      title: `cp of ${MEGABYTES} MB out of a running container`,
      target: 0.5,
      prepare: async (engine) => {
        await prepareCopy(engine, busybox)
        await engine.run('cp', largeFile(engine), 'files:/tmp/large')
      },
      measure: async (engine) => (await engine.run('cp', 'files:/tmp/large', `${largeFile(engine)}.out`)).ms,
      restore: async (engine) => rmSync(`${largeFile(engine)}.out`, { force: true }),
    },
    {
      ...usual,
      name: 'logs',
      title: `logs of ${MEGABYTES} MB`,
      target: 0.3,
      place: 'disk',
      prepare: (engine) => prepareLog(engine, busybox),
      measure: async (engine) => await readLog(engine, 'cat >/dev/null'),
    },
  ]
}

function largeFile(engine: Engine): string {
  return join(engine.home, '../large')
}

async function prepareCopy(engine: Engine, image: string): Promise<void> {
  await engine.run('pull', image)
  await removeContainers(engine)
  await engine.run('run', '-d', '--name', 'files', '--network=none', image, 'sleep', '100000')
  const path = largeFile(engine)
  if (existsSync(path)) return
  const made = runChild('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${MEGABYTES}`])
  if (made?.exitCode !== 0) throw new Error(`could not make ${path}: ${made?.stderr}`)
}

async function prepareLog(engine: Engine, image: string): Promise<void> {
  await engine.run('pull', image)
  await removeContainers(engine)
  const line = 'a line of a hundred bytes, as programs write them when they have something to tell to whoever reads it'
  const script = `yes "${line}" | head -c ${MEGABYTES}000000`
  await engine.run('run', '-d', '--name', 'files', '--network=none', '--log-driver=k8s-file', image, 'sh', '-c', script)
  await engine.run('wait', 'files')
  await readLog(engine, `[ $(wc -c) = ${MEGABYTES}000000 ]`)
}

async function readLog(engine: Engine, reader: string): Promise<number> {
  const argv = ['bash', '-o', 'pipefail', '-c', `"$@" | ${reader}`, 'bash', ...engine.argv('logs', 'files')]
  return (await timed(argv, { env: engine.env, title: `${engine.name} logs` })).ms
}
