import { TspodError } from '../../base/errors.ts'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import { parseEntrypoint } from './parse-entrypoint.ts'

/**
 * What the container runs: entry point, then command. An entry point from the request drops the
 * image's Cmd, which was written for the image's own; an empty one only clears the image's.
 *
 * @throws {TspodError} E_NO_COMMAND: neither the request nor the image names anything to run
 * @see podman-run(1), "--entrypoint"
 */
export function processArgs(
  request: Pick<RunRequest, 'image' | 'command' | 'entrypoint'>,
  image: Pick<ImageConfig, 'entrypoint' | 'cmd'>,
): readonly string[] {
  const given = request.entrypoint === undefined ? undefined : parseEntrypoint(request.entrypoint)
  const command = request.command.length === 0 && !given?.length ? image.cmd : request.command
  const args = [...(given ?? image.entrypoint), ...command]
  if (args.length > 0) return args
  throw new TspodError(
    'E_NO_COMMAND',
    `nothing to run: neither the command line nor the image ${request.image} names a command`,
    {
      hint: 'give a command after the image',
    },
  )
}
