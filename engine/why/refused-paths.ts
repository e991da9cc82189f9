import { posix } from 'node:path'

/** Something that a program says it was refused. */
export interface RefusedPath {
  /** absolute, in the container */
  readonly path: string
  /** it may be no name at all unless there is something of that name */
  readonly mustExist: boolean
  /** as a file system that may only be read */
  readonly isReadOnly: boolean
  /** it was to be run */
  readonly isProgram?: boolean
}

/** Source: strerror(3) of glibc and musl for EACCES, EPERM and EROFS; errno's names, as node has them. */
const REFUSED =
  /permission denied|operation not permitted|access denied|read-only file system|\bE(?:ACCES|PERM|ROFS)\b/i
const READ_ONLY = /read-only file system|\bEROFS\b/i
const MOST_PATHS = 10

/** An absolute path: at the beginning of a word, in quotes or brackets, or behind what ends a word. */
const ABSOLUTE = /(?<![^\s'"‘“`(<[=:,])\/(?!\/)[^\s'"’”`)>\],:;]*/g
/** A name in quotes, or the word before a colon and the error, but not the first: that is the program. */
const QUOTED = /['"‘“`]([^\s'"‘’“”`/][^\s'"‘’“”`]*)['"’”`]/
const BEFORE_COLON =
  /\s([\p{L}_.][\p{L}\p{N}_.@+/-]*):\s*(?:permission denied|operation not permitted|read-only file system)/iu
/** What is in a directory, and under which name, the directory's permissions decide. */
const MOVES = /remov|renam|unlink|delet|\brmdir\b|\bmv\b/i
const MAKES = /creat|open|mkdir|touch|writ|\btee\b/i

/** Whether a line says that something was refused. */
export function saysRefused(line: string): boolean {
  return REFUSED.test(line)
}

/**
 * What of the container's file system these lines say was refused; a line that names none has none, as what it is
 * about may be anything. Pure.
 *
 * @param cwd where names are looked up that are not absolute
 */
export function refusedPaths(lines: readonly string[], cwd: string): RefusedPath[] {
  return lines
    .filter(saysRefused)
    .flatMap((line) => pathsOf(line, cwd))
    .slice(-MOST_PATHS)
}

function pathsOf(line: string, cwd: string): RefusedPath[] {
  const isReadOnly = READ_ONLY.test(line)
  const absolute = [...line.matchAll(ABSOLUTE)].map(([path]) => path)
  if (absolute.length > 0) {
    const place = (path: string): string => (MOVES.test(line) ? posix.dirname(path) : path)
    return absolute.map((path) => ({ path: place(posix.normalize(path)), mustExist: false, isReadOnly }))
  }
  const name = QUOTED.exec(line)?.[1] ?? BEFORE_COLON.exec(line)?.[1]
  if (name === undefined) return []
  return [{ path: posix.resolve(cwd, name), mustExist: !MAKES.test(line), isReadOnly }]
}
