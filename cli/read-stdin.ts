import { TspodError } from '../base/errors.ts'

/** All of stdin, which must not be longer than `maxBytes`. @throws {TspodError} E_INPUT_TOO_LARGE */
export async function readStdin(maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    total += chunk.byteLength
    if (total > maxBytes) throw new TspodError('E_INPUT_TOO_LARGE', `more than ${maxBytes} bytes on stdin`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
