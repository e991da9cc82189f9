import { statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { MASKED } from '../spec/protected-paths.ts'

/** That of SELinux is a mount of the machine's own. */
const HIDDEN_BY_OTHERS = MASKED.filter((path) => path !== '/sys/fs/selinux')

/** File systems of the kernel that a container has its own of, where nobody hides anything of them. */
export type KernelFileSystem = '/proc' | '/sys'

/**
 * Those of which a part is hidden from us, as in a container: the kernel then grants a user
 * namespace no new ones, which would show it.
 *
 * @param deviceOf the number of the file system that a path is on; undefined where there is none
 * @see mount_namespaces(7), "Restrictions on mount namespaces"
 */
export function hiddenParts(deviceOf: (path: string) => number | undefined = deviceOfPath): KernelFileSystem[] {
  return (['/proc', '/sys'] as const).filter((root) => {
    const own = deviceOf(root)
    return HIDDEN_BY_OTHERS.some((path) => path.startsWith(`${root}/`) && ![own, undefined].includes(deviceOf(path)))
  })
}

function deviceOfPath(path: string): number | undefined {
  try {
    return statSync(path).dev
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return undefined
    throw error
  }
}
