import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAll } from '../../base/files.ts'
import { randomHex } from '../../base/random.ts'
import { blobSizeMismatch } from '../content/errors.ts'
import { removeTree } from '../remove-tree.ts'
import { explainWrite } from './errors.ts'
import type { FileTreeWriter } from './file-tree.ts'

/**
 * Writes files into a directory, which is made where there is none. Each appears whole. What is
 * there of other images stays.
 *
 * @throws {TspodError} E_CANNOT_WRITE; from its functions: E_NO_SPACE
 */
export function createDirectoryWriter(path: string, name: string): FileTreeWriter {
  const made = makeDirectory(path)
  const written: string[] = []
  let isCommitted = false

  const writeStream: FileTreeWriter['writeStream'] = async (file, sizeBytes, stream) => {
    const target = join(path, file)
    const temporary = `${target}.tspod-${randomHex(6)}`
    const isNew = statSync(target, { throwIfNoEntry: false }) === undefined
    const fd = openNew(temporary)
    try {
      await writeExactly(fd, { file, sizeBytes, stream })
      renameSync(temporary, target)
      if (isNew) written.push(target)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw explainWrite(error, target)
    } finally {
      closeSync(fd)
    }
  }

  return {
    name,
    has(file, sizeBytes) {
      const found = statSync(join(path, file), { throwIfNoEntry: false })
      return found?.isFile() === true && found.size === sizeBytes
    },
    write: (file, bytes) => writeStream(file, bytes.byteLength, only(bytes)),
    writeStream,
    async commit() {
      isCommitted = true
    },
    async [Symbol.asyncDispose]() {
      if (isCommitted) return
      for (const file of written) rmSync(file, { force: true })
      if (made !== undefined) removeTree(made)
    },
  }
}

/** The uppermost directory that was made; `undefined` where all were there. */
function makeDirectory(path: string): string | undefined {
  try {
    return makeParents(path)
  } catch (error) {
    throw explainWrite(error, path)
  }
}

/** Node's own does not end where a directory says that what is made in it is not there, as /proc does. */
function makeParents(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return undefined
  const parent = dirname(path)
  const made = existsSync(parent) ? undefined : makeParents(parent)
  mkdirSync(path)
  return made ?? path
}

function openNew(path: string): number {
  try {
    makeParents(dirname(path))
    return openSync(path, 'wx', 0o644)
  } catch (error) {
    throw explainWrite(error, path)
  }
}

interface Content {
  readonly file: string
  readonly sizeBytes: number
  readonly stream: AsyncIterable<Uint8Array>
}

async function writeExactly(fd: number, { file, sizeBytes, stream }: Content): Promise<void> {
  let count = 0
  for await (const chunk of stream) {
    count += chunk.byteLength
    if (count > sizeBytes) throw blobSizeMismatch(file, sizeBytes, 'more')
    writeAll(fd, chunk)
  }
  if (count < sizeBytes) throw blobSizeMismatch(file, sizeBytes, `${count}`)
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}
