import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { readLogs } from './logs.ts'

/** More nobody reads; of one line a good deal less. */
const MOST_BYTES = 1 << 20
const LONGEST_LINE = 500

/** The last lines that a container wrote, of both streams, bounded; none where its log cannot be read. */
export async function lastLines(engine: Engine, row: ContainerRow, count: number): Promise<string[]> {
  const chunks: Buffer[] = []
  let size = 0
  const take = (chunk: Uint8Array): void => {
    if (size >= MOST_BYTES) return
    chunks.push(Buffer.from(chunk))
    size += chunk.length
  }
  try {
    await readLogs(engine, [row.id], { tail: count, tailBytes: MOST_BYTES }, { stdout: take, stderr: take })
  } catch (error) {
    if (error instanceof TspodError) return []
    throw error
  }
  const lines = Buffer.concat(chunks).toString('utf8').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-count).map((line) => line.slice(0, LONGEST_LINE))
}
