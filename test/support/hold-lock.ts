import { once } from 'node:events'
import { startChild } from '../../base/child.ts'
import type { Tspod } from './tspod.ts'

/** Holds a lock of the storage, by its file's name, as another command would, until it is disposed of. */
export async function holdLock(tspod: Tspod, file: string, how: '--shared' | '--exclusive'): Promise<AsyncDisposable> {
  const child = startChild('flock', [how, `${tspod.root}/locks/${file}`, 'sh', '-c', 'echo held; exec cat'])
  await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`no lock ${file}`))),
  ])
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.stdin?.end()
      await ended
    },
  }
}
