import type { OciMount } from './oci.ts'
import { parseSize } from './parse-size.ts'
import { isMapped } from './resolve-user.ts'
import type { SpecInput } from './spec-input.ts'

/** Source: the group `tty` of the file system hierarchy's users, which mount(8) and devpts give terminals to. */
const TTY_GID = 5

const DEFAULT_SHM = '64m'

/**
 * The file systems every container has.
 *
 * @throws {TspodError} E_BAD_SIZE: --shm-size
 * @see OCI runtime-spec, config-linux.md, "Default Filesystems"
 */
export function defaultMounts({ request, host, network }: Pick<SpecInput, 'request' | 'host' | 'network'>): OciMount[] {
  const access = request.privileged ? 'rw' : 'ro'
  const shmBytes = parseSize(request.shmSize ?? DEFAULT_SHM, '--shm-size')
  const ttyGroup = isMapped(TTY_GID, host.gidMap) ? [`gid=${TTY_GID}`] : []
  return [
    mount('/proc', 'proc', ['nosuid', 'noexec', 'nodev']),
    mount('/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    sysMount(network === 'host', access),
    mount('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...ttyGroup]),
    mount('/dev/mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']),
    mount('/dev/shm', 'tmpfs', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${shmBytes}`], 'shm'),
    mount('/sys/fs/cgroup', 'cgroup2', ['nosuid', 'noexec', 'nodev', access], 'cgroup'),
  ]
}

/** A sysfs shows the network namespace of its maker, and only the owner of that may make one: with the host's network it is the host's. */
function sysMount(ofHost: boolean, access: string): OciMount {
  const options = ['nosuid', 'noexec', 'nodev', access]
  if (!ofHost) return mount('/sys', 'sysfs', options)
  return { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', 'rprivate', ...options] }
}

function mount(destination: string, type: string, options: readonly string[], source = type): OciMount {
  return { destination, type, source, options }
}
