import type { RunRequest } from '../../engine/request.ts'
import type { CommandIo } from '../command-io.ts'
import { toRegistryAccess } from './registry-options.ts'
import { type RunArguments, toRunRequest } from './run-options.ts'

/**
 * What `run` and `create` are asked for. Called as docker, a directory that -v names is made where
 * it does not exist, and a tmpfs begins empty, as with docker.
 *
 * @throws {TspodError} E_BAD_FLAG, E_UNSUPPORTED_OPTION, E_NO_TERMINAL
 */
export async function readRunRequest(
  args: RunArguments & { readonly detach?: boolean },
  { config }: Pick<CommandIo, 'config'>,
): Promise<RunRequest> {
  const asked = toRunRequest(args, await toRegistryAccess(args))
  const request = { ...asked, createCommand: withoutCredentials(config.commandLine) }
  return config.compat === 'docker' ? { ...request, makeSources: true, tmpfsCopyUp: false } : request
}

/** For `inspect`, which shows it to anybody: not the password that `--creds` may hold. */
export function withoutCredentials(commandLine: readonly string[]): string[] {
  return commandLine.map((word, index) => {
    if (commandLine[index - 1] === '--creds') return '***'
    return word.startsWith('--creds=') ? '--creds=***' : word
  })
}
