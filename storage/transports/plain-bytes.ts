import type { Readable, Writable } from 'node:stream'
import { startChild } from '../../base/child.ts'
import { installHint } from '../../base/distribution.ts'
import { isErrno, TspodError } from '../../base/errors.ts'
import { compressionOf } from '../layers/decompress.ts'
import { decompressAll } from '../layers/decompress-all.ts'
import { peek } from '../layers/peek.ts'
import { badArchive } from './errors.ts'

type Program = 'xz' | 'bzip2'

/**
 * Feeds `sink` with the plain bytes of a stream that may be compressed, by gzip, zstd, or where the
 * host has the program for it, xz or bzip2. What comes is recognised by its first bytes.
 *
 * @throws {TspodError} E_LAYER_INVALID, E_BAD_ARCHIVE: damaged; E_NO_PROGRAM
 */
export async function readPlain(
  source: AsyncIterable<Buffer>,
  options: { readonly name: string; readonly sink: (chunk: Buffer) => void },
): Promise<void> {
  const { beginning, all } = await peek(source)
  const compression = compressionOf(beginning)
  if (compression !== 'xz' && compression !== 'bzip2') return await decompressAll(all, options.sink)
  await throughProgram(all, { ...options, program: compression })
}

interface Through {
  readonly name: string
  readonly program: Program
  readonly sink: (chunk: Buffer) => void
}

async function throughProgram(source: AsyncIterable<Buffer>, { name, program, sink }: Through): Promise<void> {
  const child = startChild(program, ['-d', '-c'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(isErrno(error, 'ENOENT') ? noProgram(name, program) : error))
    child.once('close', resolve)
  })
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error(`${program} has no pipes`)
  stderr.resume()
  // A program that ends early says so by its status.
  stdin.on('error', () => {})
  try {
    const fed = feed(source, stdin)
    await Promise.all([fed, drain(stdout, sink), ended])
  } finally {
    child.kill()
  }
  if ((await ended) !== 0) throw badArchive(name, `it is not whole as ${program}`)
}

async function feed(source: AsyncIterable<Buffer>, stdin: Writable): Promise<void> {
  for await (const chunk of source) {
    if (stdin.destroyed) return
    // A copy, as whoever reads files may use the buffer again.
    if (!stdin.write(Buffer.from(chunk))) await new Promise<void>((resolve) => awaitRoom(stdin, resolve))
  }
  stdin.end()
}

function awaitRoom(stdin: Writable, resolve: () => void): void {
  const settle = (): void => {
    stdin.off('drain', settle).off('close', settle)
    resolve()
  }
  stdin.on('drain', settle).on('close', settle)
}

async function drain(stdout: Readable, sink: (chunk: Buffer) => void): Promise<void> {
  for await (const chunk of stdout as AsyncIterable<Buffer>) sink(chunk)
}

function noProgram(name: string, program: Program): TspodError {
  return new TspodError('E_NO_PROGRAM', `${name} is compressed with ${program}, which is not installed`, {
    hint: installHint(program),
  })
}
