import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import type { Digest } from '../content/digest.ts'
import { hexOf } from '../content/digest.ts'
import type { Storage } from '../open.ts'

const READ_BYTES = 1 << 20

/** What is wrong with a blob; undefined where it is whole. `quick` looks at its size alone, where that is known. */
export async function verifyBlob(
  { paths }: Storage,
  blob: { readonly digest: Digest; readonly sizeBytes: number | undefined },
  options: { readonly quick: boolean },
): Promise<string | undefined> {
  const path = paths.blob(blob.digest)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return 'it is missing'
  if (blob.sizeBytes !== undefined && found.size !== blob.sizeBytes) {
    return `it has ${found.size} bytes instead of ${blob.sizeBytes}`
  }
  if (options.quick) return undefined
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk as Buffer)
  return hash.digest('hex') === hexOf(blob.digest) ? undefined : 'its content has another digest'
}
