import { TspodError } from '../../base/errors.ts'
import { type CopyPlace, copyFiles } from '../../engine/container/copy.ts'
import type { InsidePlace, InsideRequest, InsideWord } from '../../engine/container/copy-inside-words.ts'
import { defineCommand } from '../command.ts'
import type { CommandIo } from '../command-io.ts'
import { stdinBytes } from '../stdin-bytes.ts'

export default defineCommand({
  usage: 'container copy-inside REQUEST',
  positionals: { request: { required: true, describe: 'what is to be copied, as JSON' } },
  options: {},
  run: async (engine, args, io) => {
    const say = (word: InsideWord): void => io.stderr.write(`${JSON.stringify(word)}\n`)
    // It comes from ourselves.
    const { from, to, options } = JSON.parse(args.request) as InsideRequest
    let unsaid = 0
    const tellBytes = (count: number): void => {
      unsaid += count
      if (unsaid < 1 << 20 && count > 0) return
      say({ say: 'bytes', count: unsaid })
      unsaid = 0
    }
    try {
      await copyFiles(engine, placeOf(from, io), placeOf(to, io), {
        ...options,
        isInside: true,
        onNote: (text) => say({ say: 'note', text }),
        onBytes: tellBytes,
      })
      tellBytes(0)
      say({ say: 'ended' })
      return {}
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      say({ say: 'failed', code: error.code, message: error.message, ...(error.hint && { hint: error.hint }) })
      return { exitCode: error.exitCode }
    }
  },
})

function placeOf(place: InsidePlace, io: CommandIo): CopyPlace {
  if (place.kind === 'stdin') return { kind: 'tar-source', bytes: stdinBytes() }
  if (place.kind === 'stdout') return { kind: 'tar-sink', write: (bytes) => io.stdout.write(bytes) }
  return place
}
