import { badValue } from './bad-value.ts'
import { fileMount } from './mounts.ts'
import type { OciMount } from './oci.ts'

/** Source: podman, which has its init at this place in a container. */
const PLACE = '/run/podman-init'

/** The words that run a program under an init of the host's; as they are where none was asked for. */
export function underInit(args: readonly string[], initPath: string | undefined): readonly string[] {
  return initPath === undefined ? args : [PLACE, '--', ...args]
}

/**
 * The init of the host's in the container.
 *
 * @throws {TspodError} E_BAD_INIT_PATH: not absolute
 * @see podman-run(1), "--init-path"
 */
export function initMounts(initPath: string | undefined): OciMount[] {
  if (initPath === undefined) return []
  if (!initPath.startsWith('/') || initPath.includes('\0'))
    throw badValue('E_BAD_INIT_PATH', '--init-path', initPath, 'not an absolute path')
  const mount = fileMount(initPath, PLACE)
  return [{ ...mount, options: [...mount.options, 'ro'] }]
}
