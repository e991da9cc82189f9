import { fileURLToPath } from 'node:url'
import { startChild } from '../../base/child.ts'

const AGENT = fileURLToPath(new URL('agent.ts', import.meta.url))

/** A network namespace, and the process that holds it. */
export interface Namespace {
  readonly pid: number
  /** Runs a function in there that knows nothing but its argument, and node by `process.getBuiltinModule`. */
  run<Argument, Value>(work: (argument: Argument) => Value | Promise<Value>, argument: Argument): Promise<Value>
  end(): Promise<void>
}

interface Reply {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** A user namespace of which we are root, and a network namespace in it; or another network namespace in that of `beside`. */
export async function makeNamespace(beside?: Namespace): Promise<Namespace> {
  const node = [process.execPath, AGENT]
  const child = beside
    ? startChild('nsenter', [...inUserOf(beside), 'unshare', '-n', ...node], { stdio: ['ignore', 2, 2, 'ipc'] })
    : startChild('unshare', ['-Urn', ...node], { stdio: ['ignore', 2, 2, 'ipc'] })
  const waiting = new Map<number, (reply: Reply) => void>()
  const answerTo = (id: number): Promise<Reply> => new Promise((resolve) => waiting.set(id, resolve))
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const ready = answerTo(0)
  await Promise.race([ready, exited.then(() => Promise.reject(new Error('no namespaces could be made')))])
  let calls = 0
  return {
    pid: child.pid ?? 0,
    run: async <Value>(work: unknown, argument: unknown) => {
      const id = ++calls
      child.send({ id, source: String(work), argument })
      const { value, error } = await answerTo(id)
      if (error !== undefined) throw new Error(error)
      return value as Value
    },
    end: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** What nsenter(1) needs to start something in there. */
export const inUserOf = ({ pid }: Namespace): string[] => ['-U', '--preserve-credentials', '-t', `${pid}`]
