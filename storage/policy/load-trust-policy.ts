import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { badPolicy } from './errors.ts'
import { parseTrustPolicy } from './parse-trust-policy.ts'
import { ACCEPT_ANYTHING, type TrustPolicy } from './trust-policy.ts'

export interface PolicyPaths {
  /** $CONTAINERS_POLICY_JSON or a flag: this file and no other */
  readonly named?: string
  /** $XDG_CONFIG_HOME, or ~/.config */
  readonly xdgConfigHome: string
  /** directories of the machine, the first wins; by default /etc/containers, /usr/share/containers */
  readonly systemDirectories?: readonly string[]
}

export interface PolicyFile {
  readonly file: string
  readonly text: string
}

const SYSTEM_DIRECTORIES = ['/etc/containers', '/usr/share/containers']
const MAX_BYTES = 1 << 20

/**
 * The policy in force: that of the first file there is. Without any file, everything is accepted.
 *
 * @throws {TspodError} E_BAD_POLICY: names the file, and the line
 * @see containers-policy.json(5)
 */
export function loadTrustPolicy(paths: PolicyPaths): TrustPolicy {
  const found = findPolicyFile(paths)
  return found ? parseTrustPolicy(found.text, found.file) : ACCEPT_ANYTHING
}

/** The file in force, which may not be valid. @throws {TspodError} E_BAD_POLICY: it cannot be read */
export function findPolicyFile(paths: PolicyPaths): PolicyFile | undefined {
  if (paths.named !== undefined) {
    const named = readPolicy(paths.named)
    if (named) return named
    throw badPolicy(paths.named, 'no such file', { hint: 'correct $CONTAINERS_POLICY_JSON or --signature-policy' })
  }
  const directories = [join(paths.xdgConfigHome, 'containers'), ...(paths.systemDirectories ?? SYSTEM_DIRECTORIES)]
  for (const directory of directories) {
    const found = readPolicy(join(directory, 'policy.json'))
    if (found) return found
  }
  return undefined
}

/** One that is there and cannot be read is no reason to take the next, which may allow more. */
export function readPolicy(file: string): PolicyFile | undefined {
  try {
    const text = readTextIfExists(file, MAX_BYTES)
    return text === undefined ? undefined : { file, text }
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EISDIR', 'ELOOP')) throw badPolicy(file, 'it cannot be read')
    throw error
  }
}
