import { TspodError } from '../../base/errors.ts'
import { quote } from './bad-value.ts'
import type { OciMount } from './oci.ts'

const OF_KERNEL = /^\/(proc|sys|dev)(\/|$)/
/** Without these a container can neither be set up nor see its own processes. */
const NEEDED = /^\/proc(\/sys(\/.*)?)?$/

/** Whether a path is in what the kernel shows of itself, where the files of an image have no place. */
export function isKernelPath(path: string): boolean {
  return OF_KERNEL.test(path)
}

/**
 * The host's own /proc may be mounted there, as people do for programs that watch the host.
 *
 * @throws {TspodError} E_BAD_VOLUME: the mount would hide /proc or its knobs
 */
export function requireKernelShown({ destination, type, source }: OciMount): void {
  if (!NEEDED.test(destination) || (type === 'bind' && NEEDED.test(source))) return
  throw new TspodError('E_BAD_VOLUME', `nothing can be mounted on ${quote(destination)}: it would hide the kernel's`, {
    hint: 'choose another path in the container; for the one of the host use -v /proc:/proc',
  })
}
