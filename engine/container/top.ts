import { TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { nearest } from '../../base/nearest.ts'
import type { Engine } from '../engine.ts'
import { allows } from './allows.ts'
import { memberProcesses } from './member-processes.ts'
import { DESCRIPTORS, type Descriptor, type ProcessContext } from './process/descriptors.ts'
import { idNames } from './process/id-names.ts'
import { parsePsArgs } from './process/parse-ps-args.ts'
import type { View } from './process/ps-columns.ts'
import { type ProcessInfo, readProcess } from './process/read-process.ts'
import { observeHere } from './reconcile.ts'

/** Source: podman-top(1). */
const DEFAULT = ['user', 'pid', 'ppid', 'pcpu', 'etime', 'tty', 'time', 'args']

export interface TopOptions {
  /** podman's descriptors (`pid`, `%C`, several in one word with commas), or arguments of ps(1) */
  readonly columns?: readonly string[]
  /** docker's: columns of ps(1), and the machine's ids */
  readonly asDocker?: boolean
}

export interface TopReport {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * The processes of a container, read from /proc of the host: no program is needed in the container.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_NOT_RUNNING, E_BAD_DESCRIPTOR
 * @see podman-top(1), docker-top(1)
 */
export function topContainer(engine: Engine, ref: string, options: TopOptions = {}): TopReport {
  const row = observeHere(engine, engine.storage.containers.resolve(ref))
  const columns = chooseColumns(options)
  allows('top', row, ref)
  const first = row.pid ?? 0
  const processes = memberProcesses(first).flatMap(({ pid }) => readProcess(pid) ?? [])
  processes.sort((one, other) => one.startTicks - other.startTicks || one.pid - other.pid)
  const context: ProcessContext = {
    names: idNames(engine, row, first),
    nowMs: Date.now(),
    bootMs: Number(/^btime (\d+)$/m.exec(readTextIfExists('/proc/stat', 1 << 22) ?? '')?.[1] ?? 0) * 1000,
    containerPid: pidsIn(processes, first),
  }
  return {
    headings: columns.map(({ heading }) => heading),
    rows: processes.map((process) => columns.map(({ text }) => text(process, context))),
  }
}

/** Numbers in the namespace of the container's first process; 0 for a process outside of it. */
function pidsIn(processes: readonly ProcessInfo[], first: number): (pid: number) => number {
  const depth = (processes.find(({ pid }) => pid === first)?.namespacePids.length ?? 1) - 1
  const numbers = new Map(processes.map(({ pid, namespacePids }) => [pid, namespacePids[depth] ?? 0]))
  return (pid) => numbers.get(pid) ?? 0
}

function chooseColumns({ columns = [], asDocker = false }: TopOptions): readonly Descriptor[] {
  const view: View = asDocker ? 'host' : 'container'
  if (asDocker || columns.some((word) => word.startsWith('-'))) return parsePsArgs(columns, view)
  const words = columns.flatMap((word) => word.split(',')).map((word) => word.trim())
  return (words.length === 0 ? DEFAULT : words).map(descriptorOf)
}

function descriptorOf(word: string): Descriptor {
  const found = Object.hasOwn(DESCRIPTORS, word)
    ? DESCRIPTORS[word]
    : Object.values(DESCRIPTORS).find(({ code }) => code === word)
  if (found) return found
  const meant = nearest(word, Object.keys(DESCRIPTORS))
  throw new TspodError('E_BAD_DESCRIPTOR', `top cannot show ${JSON.stringify(word.slice(0, 100))}`, {
    hint: meant ? `did you mean ${meant}?` : `use some of ${Object.keys(DESCRIPTORS).join(', ')}`,
  })
}
