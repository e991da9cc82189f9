import { fileURLToPath } from 'node:url'
import { runChild } from '../../base/child.ts'
import { push } from '../support/registry.ts'
import { bigImage } from './big-image.ts'

const REPOSITORY = 'bench/big'

/**
 * Makes the big image and puts it into the registry; resolves to its name. Another process does it,
 * so that its memory is gone while the bench measures.
 */
export async function pushBigImage(host: string): Promise<string> {
  const child = runChild(process.execPath, [fileURLToPath(import.meta.url), host], { timeoutMs: 300_000 })
  if (child?.exitCode !== 0) throw new Error(`could not make the big image: ${child?.stderr.trim()}`)
  return `${host}/${REPOSITORY}:latest`
}

if (import.meta.main) {
  const host = process.argv[2]
  if (host === undefined) throw new Error('usage: push-big-image.ts HOST')
  await push(host, REPOSITORY, 'latest', await bigImage())
}
