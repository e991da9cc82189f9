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

/**
 * The name of the compiled filter in the cache: a digest, and `.bpf`. Of ours the name says which
 * one it is, and a checksum tells those of another tspod: loading node:crypto takes 4 ms.
 */
export function filterFileName({ builtIn, ...profile }: OciSeccomp): string {
  const text = `${COMPILER_VERSION}\n${JSON.stringify(profile)}`
  if (builtIn !== undefined) return `default-${builtIn}-${checksum(text)}.bpf`
  return `${createHash('sha256').update(text).digest('hex')}.bpf`
}

/** Tells texts apart that were not made to be mistaken for each other. FNV-1a. */
function checksum(text: string): string {
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  return (sum >>> 0).toString(16)
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
