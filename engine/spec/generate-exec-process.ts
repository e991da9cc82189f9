import { TspodError } from '../../base/errors.ts'
import { CAPABILITIES } from '../plan/constants.ts'
import { rootCapabilities, userCapabilities } from './capabilities.ts'
import type { IdMapping, OciCapabilities, OciConfig, OciProcess } from './oci.ts'
import type { Environment, Variables } from './parse-env.ts'
import { type EnvRequest, imageVariables, joinEnv, requestedEnv } from './process-env.ts'
import { type ReadText, readOptionFile } from './read-option-file.ts'
import { type MappedIds, resolveUser } from './resolve-user.ts'
import { parsePasswd, type UserDatabase } from './user-database.ts'
import { workingDirectory } from './working-directory.ts'

export interface ExecProcessInput {
  readonly request: EnvRequest & {
    readonly command: readonly string[]
    readonly tty?: boolean
    readonly workdir?: string
    readonly user?: string
  }
  /** of the container the process joins */
  readonly container: OciConfig
  readonly privileged: boolean
  readonly hostEnv: Environment
  /** of the container as it is now */
  readonly userDatabase: UserDatabase
  /** reads what `--env-file` names; the default is the file itself, bounded */
  readonly readText?: ReadText
}

/** Where the container has no user namespace of its own, it has every id. */
const EVERY_ID: readonly IdMapping[] = [{ containerID: 0, hostID: 0, size: 2 ** 32 - 1 }]

/**
 * A process more in a running container: as its first one, but for what the request says.
 *
 * @throws {TspodError} E_NO_COMMAND, E_BAD_USER, E_UNKNOWN_USER, E_UNKNOWN_GROUP, E_ID_NOT_MAPPED, E_BAD_ENV, E_BAD_WORKDIR
 * @see podman-exec(1)
 */
export function generateExecProcess(input: ExecProcessInput): OciProcess {
  const { request, container, privileged } = input
  const first = container.process
  if (request.command.length === 0) throw new TspodError('E_NO_COMMAND', 'nothing to run: no command was given')
  const given = request.user ? resolveUser(request.user, input.userDatabase, mappedIds(container)) : undefined
  const user = given ? { uid: given.uid, gid: given.gid, additionalGids: given.additionalGids } : first.user
  return {
    ...first,
    terminal: request.tty ?? false,
    user: { ...user, umask: first.user.umask },
    args: request.command,
    env: joinEnv([
      ...(request.tty ? [['TERM', 'xterm'] as const] : []),
      ...imageVariables(first.env),
      ...homeOf(given?.home, first, input.userDatabase),
      ...requestedEnv(request, input.hostEnv, input.readText ?? readOptionFile),
    ]),
    cwd: workingDirectory(request.workdir, first.cwd),
    capabilities: execCapabilities(first.capabilities, user.uid, privileged),
    noNewPrivileges: first.noNewPrivileges && !privileged,
  }
}

/** The home of another user, unless the container was given a HOME that is not just its own user's. */
function homeOf(home: string | undefined, first: OciProcess, database: UserDatabase): Variables {
  if (home === undefined) return []
  const own = parsePasswd(database.passwd).find(({ uid }) => uid === first.user.uid)?.home || '/'
  return first.env.includes(`HOME=${own}`) ? [['HOME', home]] : []
}

function execCapabilities(first: OciCapabilities, uid: number, privileged: boolean): OciCapabilities {
  const bounding = privileged ? CAPABILITIES : first.bounding
  return uid === 0 ? rootCapabilities(bounding) : userCapabilities(bounding, first.ambient)
}

function mappedIds({ linux }: OciConfig): MappedIds {
  return {
    uidMap: linux.uidMappings.length > 0 ? linux.uidMappings : EVERY_ID,
    gidMap: linux.gidMappings.length > 0 ? linux.gidMappings : EVERY_ID,
  }
}
