import type { ChildProcess } from 'node:child_process'
import type { Duplex, Writable } from 'node:stream'
import { startChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { readRecord } from '../monitor/record.ts'
import { CLONE } from '../plan/constants.ts'
import { encodePlan } from '../plan/encode.ts'
import { type Step, step } from '../plan/step.ts'
import { parseContainerConfig } from './config.ts'
import type { CopyOptions, CopyPlace } from './copy.ts'
import type { InsidePlace, InsideRequest, InsideWord } from './copy-inside-words.ts'
import { dependentsOf } from './dependents.ts'

export interface InsideCopy {
  readonly from: CopyPlace
  readonly to: CopyPlace
  readonly options: CopyOptions
}

/**
 * Carries a copy out in a process of ours that is in the user namespace of the container, and in
 * no other namespace of its: its processes do not see this one.
 *
 * @throws {TspodError} what the copy throws; E_COPY_FAILED: one of them would see it
 */
export async function runCopyInside(engine: Engine, ref: string, copy: InsideCopy): Promise<void> {
  const { from, to, options } = copy
  requireUnseen(engine, engine.storage.containers.resolve(ref))
  const { owner, followLink, overwrite, relativeTo } = options
  const request: InsideRequest = {
    from: placeInside(from),
    to: placeInside(to),
    options: { owner, followLink, overwrite, relativeTo },
  }
  const child = startChild(engine.launcher, ['run'], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], cwd: engine.cwd })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  ended.catch(() => undefined)
  const said = listenTo(child, options)
  child.stdout?.on('data', (chunk: Buffer) => {
    if (to.kind === 'tar-sink') to.write(chunk)
  })
  const control = child.stdio[3] as Duplex | null | undefined
  control?.on('error', () => undefined)
  control?.write(encodePlan(insidePlan(engine, ref, JSON.stringify(request))))
  if (child.stdin) await feed(from, child.stdin)
  await ended
  const failure = said()
  if (failure === 'ended') return
  throw failure ?? new TspodError('E_COPY_FAILED', `could not enter the user namespace of container ${ref}`)
}

/**
 * Our process has the caller's files in sight. A container that sees the host's processes, and has
 * all capabilities in the user namespace that ours is in, could take hold of them through /proc.
 *
 * @see ptrace(2), "Ptrace access mode checking"
 */
function requireUnseen(engine: Engine, row: ContainerRow): void {
  const { containers } = engine.storage
  const { joined = {} } = parseContainerConfig(row.config)
  const owner = joined.user ?? Object.values(joined)[0]
  const sharing = [row, (owner && containers.find(owner)) || row, ...dependentsOf(engine, owner ?? row.id)]
  const seeing = sharing.find((one) => seesHost(engine, one))
  if (!seeing) return
  throw new TspodError(
    'E_COPY_FAILED',
    `container ${seeing.name} sees the processes of the host, and would see this copy`,
    {
      hint: `stop it first with "tspod stop ${seeing.name}"`,
    },
  )
}

/** Whether the host's pid namespace is its own, or that of whose it shares. */
function seesHost(engine: Engine, row: ContainerRow): boolean {
  const { spec, joined } = parseContainerConfig(row.config)
  if (spec.linux.namespaces.some(({ type }) => type === 'pid')) return false
  const owner = joined?.pid === undefined ? undefined : engine.storage.containers.find(joined.pid)
  return owner === undefined || seesHost(engine, owner)
}

/** The launcher joins the user namespace and becomes node, with our own words for the copy. */
function insidePlan(engine: Engine, ref: string, request: string): Step[] {
  const record = readRecord(engine.runDir(engine.storage.containers.resolve(ref).id))
  if (record.state !== 'running' && record.state !== 'initialized') {
    throw new TspodError('E_CONTAINER_NOT_RUNNING', `container ${ref} has ended`)
  }
  const [program = '', ...args] = engine.selfArgv
  const env = Object.entries(engine.env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
  return [
    step('find the container', 'join-pid', `${record.pid}`, record.startTime),
    step('join the user namespace of the container', 'join', CLONE.user),
    step('become root of the user namespace', 'user', 0, 0),
    ...[program, ...args, 'container', 'copy-inside', request].map((arg) => step('pass an argument', 'arg', arg)),
    ...env.map((entry) => step('set the environment', 'env', entry)),
    step('reset the signals', 'default-signals'),
    step(`run ${program}`, 'exec', program),
    step(`run ${program}`, 'exec-failed'),
  ]
}

function placeInside(place: CopyPlace): InsidePlace {
  if (place.kind === 'tar-source') return { kind: 'stdin' }
  return place.kind === 'tar-sink' ? { kind: 'stdout' } : place
}

async function feed(from: CopyPlace, stdin: Writable): Promise<void> {
  stdin.on('error', () => undefined) // what is wrong shows in what it says
  if (from.kind === 'tar-source') {
    for await (const chunk of from.bytes) {
      if (stdin.destroyed) break
      if (stdin.write(chunk)) continue
      await new Promise<void>((resolve) => {
        stdin.once('drain', resolve)
        stdin.once('close', resolve)
      })
    }
  }
  stdin.end()
}

/** Passes on what it says; the function tells how it ended. */
function listenTo({ stderr }: ChildProcess, options: CopyOptions): () => TspodError | 'ended' | undefined {
  let rest = ''
  let end: TspodError | 'ended' | undefined
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const word = parseWord(line)
      if (word.say === 'note') options.onNote(word.text)
      else if (word.say === 'bytes') options.onBytes(word.count)
      else if (word.say === 'ended') end = 'ended'
      else if (word.say === 'failed')
        end = new TspodError(word.code, word.message, word.hint ? { hint: word.hint } : {})
    }
  })
  return () => end
}

/** It is ourselves that speaks; a line in another form is a bug that shows as text. */
function parseWord(line: string): InsideWord {
  try {
    return JSON.parse(line) as InsideWord
  } catch {
    return { say: 'note', text: line }
  }
}
