import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../../base/errors.ts'
import { ensurePrivateDirectory, writeAtomic } from '../../../base/files.ts'
import type { OciSeccomp } from '../oci.ts'

/** Raised whenever the same profile would be compiled into something else. */
const COMPILER_VERSION = 1

/**
 * The path of the compiled filter of a profile. It is compiled once and then found in `cacheDir`
 * by the digest of the profile; koffi and libseccomp are only loaded to compile.
 *
 * The file is there in full when this resolves, whoever else makes the same at the same time.
 *
 * @throws {TspodError} E_SECCOMP_UNAVAILABLE, E_BAD_SECCOMP: see `compileSeccomp`
 */
export async function seccompFilterFile(profile: OciSeccomp, cacheDir: string): Promise<string> {
  const path = join(cacheDir, filterFileName(profile))
  if (isFilter(path)) return path
  const { compileSeccomp } = await import('./compile.ts')
  const filter = await compileSeccomp(profile)
  ensurePrivateDirectory(cacheDir)
  writeAtomic(path, filter)
  return path
}

/** The name of the compiled filter in the cache: a digest, and `.bpf`. */
export function filterFileName(profile: OciSeccomp): string {
  return `${createHash('sha256').update(`${COMPILER_VERSION}\n`).update(JSON.stringify(profile)).digest('hex')}.bpf`
}

function isFilter(path: string): boolean {
  try {
    const { size } = statSync(path)
    return size > 0 && size % 8 === 0
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
