import { lstatSync, mkdirSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isErrno, reasonOf, TspodError } from '../../base/errors.ts'
import { isExecutableFile } from '../find-program.ts'

export interface AliasPlaces {
  readonly home: string
  /** PATH */
  readonly path: string | undefined
  /** what `docker` is to be: our own program, which goes by the name it is called by */
  readonly program: string
  /** put it here, whatever PATH says */
  readonly directory?: string | undefined
}

export interface DockerAlias {
  readonly path: string
  /** other: there is a docker that we did not put there */
  readonly state: 'installed' | 'absent' | 'other'
  readonly isInPath: boolean
  /** another docker, which a shell finds before this one */
  readonly hiddenBy: string | undefined
}

/** Where the command is, or would be. Changes nothing. */
export function dockerAliasStatus(places: AliasPlaces): DockerAlias {
  const directories = pathDirectories(places.path)
  const directory = places.directory ?? aliasDirectory(places, directories)
  const path = join(resolve(directory), 'docker')
  const before = directories.slice(
    0,
    directories.includes(dirname(path)) ? directories.indexOf(dirname(path)) : undefined,
  )
  return {
    path,
    state: stateOf(path, places.program),
    isInPath: directories.includes(dirname(path)),
    hiddenBy: before.map((one) => join(one, 'docker')).find(isExecutableFile),
  }
}

/**
 * Puts a command `docker` there, which is us. One of ours is put there anew, so that it leads to this program.
 *
 * @throws {TspodError} E_NOT_OURS: there is another docker, which stays; E_ALIAS_DIRECTORY
 */
export function installDockerAlias(places: AliasPlaces): DockerAlias {
  const { path, state } = dockerAliasStatus(places)
  if (state === 'other') throw notOurs(path)
  changing(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    const temporary = `${path}.${process.pid}.new`
    symlinkSync(places.program, temporary)
    try {
      renameSync(temporary, path)
    } finally {
      rmSync(temporary, { force: true })
    }
  })
  return dockerAliasStatus(places)
}

/**
 * Takes it away again. Nothing where there is none.
 *
 * @throws {TspodError} E_NOT_OURS, E_ALIAS_DIRECTORY
 */
export function removeDockerAlias(places: AliasPlaces): DockerAlias {
  const alias = dockerAliasStatus(places)
  if (alias.state === 'other') throw notOurs(alias.path)
  changing(alias.path, () => rmSync(alias.path, { force: true }))
  return alias
}

/** What the system refuses is the directory's fault, which the user may choose. */
function changing(path: string, change: () => void): void {
  try {
    change()
  } catch (error) {
    throw explainDirectory(error, path)
  }
}

function explainDirectory(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const reason = isErrno(error, 'EEXIST', 'ENOTDIR') ? 'there is something else on the way' : reasonOf(error)
  return new TspodError('E_ALIAS_DIRECTORY', `cannot have ${path}: ${reason}`, {
    hint: 'name a directory of yours with --dir',
    cause: error,
  })
}

/** Where it is already; else ~/.local/bin, unless that is not in PATH and another directory of the user's is. */
function aliasDirectory({ home, program }: AliasPlaces, directories: readonly string[]): string {
  const usual = join(home, '.local/bin')
  const there = [usual, ...directories].find((directory) => stateOf(join(directory, 'docker'), program) === 'installed')
  if (there !== undefined) return there
  return directories.includes(usual) ? usual : (directories.find(isOwn) ?? usual)
}

function pathDirectories(path = ''): string[] {
  return [
    ...new Set(
      path
        .split(':')
        .filter((directory) => directory.startsWith('/'))
        .map((one) => resolve(one)),
    ),
  ]
}

function isOwn(directory: string): boolean {
  const status = lookAt(directory, statSync)
  return status?.isDirectory() === true && status.uid === process.geteuid?.() && (status.mode & 0o022) === 0
}

/** Ours is a link to a program that is called tspod, be it this one or one that has gone. */
function stateOf(path: string, program: string): DockerAlias['state'] {
  const status = lookAt(path)
  if (!status) return 'absent'
  if (!status.isSymbolicLink()) return 'other'
  const target = resolve(dirname(path), readlinkSync(path))
  return target.endsWith('/bin/tspod') || realPath(target) === realPath(program) ? 'installed' : 'other'
}

/** undefined where there is nothing, or nothing that we may look at: PATH has such directories, too. */
function lookAt(path: string, look: typeof lstatSync | typeof statSync = lstatSync) {
  try {
    return look(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isErrno(error, 'EACCES', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR')) return undefined
    throw error
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    if (isErrno(error, 'EACCES', 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
}

function notOurs(path: string): TspodError {
  return new TspodError('E_NOT_OURS', `${path} is another docker`, {
    hint: 'remove it yourself, or name another directory with --dir',
  })
}
