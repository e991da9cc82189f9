import { existsSync } from 'node:fs'
import { namespaceModes } from './namespace-modes.ts'
import type { OciMount } from './oci.ts'
import { parseSize } from './parse-size.ts'
import { isMapped } from './resolve-user.ts'
import type { SpecInput } from './spec-input.ts'

/** Source: the group `tty` of the file system hierarchy's users, which mount(8) and devpts give terminals to. */
const TTY_GID = 5

const DEFAULT_SHM = '64m'

/**
 * The file systems every container has. One that shows a namespace can be made only by who owns
 * that: with a namespace of the host it is the host's own. So it is where the kernel makes none,
 * for something of the host's is hidden from us.
 *
 * @throws {TspodError} E_BAD_SIZE: --shm-size
 * @see OCI runtime-spec, config-linux.md, "Default Filesystems"
 */
export function defaultMounts(
  input: Pick<SpecInput, 'request' | 'host' | 'network' | 'modes' | 'exists' | 'hidden'> & {
    readonly systemd?: boolean
  },
): OciMount[] {
  const { request, host, network, systemd, hidden = [] } = input
  const { pid, cgroup } = input.modes ?? namespaceModes(request)
  const access = request.privileged ? 'rw' : 'ro'
  const cgroupAccess = systemd ? 'rw' : access
  const ttyGroup = isMapped(TTY_GID, host.gidMap) ? [`gid=${TTY_GID}`] : []
  return [
    pid === 'host' || hidden.includes('/proc')
      ? ofHost('/proc')
      : mount('/proc', 'proc', ['nosuid', 'noexec', 'nodev']),
    mount('/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    network === 'host' || hidden.includes('/sys')
      ? ofHost('/sys', access)
      : mount('/sys', 'sysfs', ['nosuid', 'noexec', 'nodev', access]),
    mount('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...ttyGroup]),
    ...ipcMounts(input),
    cgroup === 'host'
      ? ofHost('/sys/fs/cgroup', cgroupAccess)
      : mount('/sys/fs/cgroup', 'cgroup2', ['nosuid', 'noexec', 'nodev', cgroupAccess], 'cgroup'),
  ]
}

/** Message queues and shared memory. Source: podman-run(1), "--ipc". */
function ipcMounts({
  request,
  modes,
  exists = existsSync,
}: Pick<SpecInput, 'request' | 'modes' | 'exists'>): OciMount[] {
  const { ipc } = modes ?? namespaceModes(request)
  // Not every host has message queues in its file system.
  if (ipc === 'host') return ['/dev/mqueue', '/dev/shm'].filter(exists).map((path) => ofHost(path))
  const shmBytes = parseSize(request.shmSize ?? DEFAULT_SHM, '--shm-size')
  const queues = mount('/dev/mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev'])
  if (ipc === 'none') return [queues]
  return [queues, mount('/dev/shm', 'tmpfs', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${shmBytes}`], 'shm')]
}

function ofHost(path: string, access = 'rw'): OciMount {
  const options = ['rbind', 'rprivate', 'nosuid', 'noexec', 'nodev', access]
  return { destination: path, type: 'bind', source: path, options }
}

function mount(destination: string, type: string, options: readonly string[], source = type): OciMount {
  return { destination, type, source, options }
}
