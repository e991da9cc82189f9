import type { RunRequest } from '../../engine/request.ts'
import type { CommandIo } from '../command-io.ts'
import { toRegistryAccess } from './registry-options.ts'
import { type RunArguments, toRunRequest } from './run-options.ts'

/**
 * What `run` and `create` are asked for. Called as docker, a directory that -v names is made where
 * it does not exist, a tmpfs begins empty and runs no programs, there is a /.dockerenv, and the caller's own id is the caller, as with docker.
 *
 * @throws {TspodError} E_BAD_FLAG, E_UNSUPPORTED_OPTION, E_NO_TERMINAL
 */
export async function readRunRequest(
  args: RunArguments & { readonly detach?: boolean },
  { config }: Pick<CommandIo, 'config'>,
): Promise<RunRequest> {
  const asked = toRunRequest(args, await toRegistryAccess(args))
  const request = { ...asked, createCommand: withoutCredentials(config.commandLine) }
  if (config.compat === 'podman') return request
  const docker = { makeSources: true, tmpfsCopyUp: false, tmpfsNoexec: true, dockerenv: true }
  return { ...request, ...docker, ...callersIds(request, config.uid) }
}

/**
 * `-u $(id -u):$(id -g)` is how scripts have files belong to their caller. With docker's daemon the ids are the
 * host's; here they are so with the user namespace in which the caller keeps theirs.
 */
export function callersIds(request: RunRequest, uid: number): Partial<RunRequest> {
  const { user, userns, uidmap, subuidname, pod, podIdFile, networks = [], ipc, pid } = request
  const isElsewhere = [userns, uidmap, subuidname, pod, podIdFile].some((given) => given !== undefined)
  const joins = [...networks, ipc, pid].some((mode) => mode?.startsWith('container:'))
  return uid === 0 || isElsewhere || joins || user?.split(':')[0] !== `${uid}` ? {} : { userns: 'keep-id' }
}

/** For `inspect`, which shows it to anybody: not the password that `--creds` may hold. */
export function withoutCredentials(commandLine: readonly string[]): string[] {
  return commandLine.map((word, index) => {
    if (commandLine[index - 1] === '--creds') return '***'
    return word.startsWith('--creds=') ? '--creds=***' : word
  })
}
