import type { RunRequest } from '../request.ts'
import type { OciMount } from './oci.ts'
import { parseSize } from './parse-size.ts'

/** Source: podman-run(1), "--systemd". */
const INIT_PROGRAMS = ['/sbin/init', '/usr/sbin/init', '/usr/local/sbin/init']

/** What systemd takes for "halt". Source: systemd(1), "SIGRTMIN+3". */
export const SYSTEMD_STOP_SIGNAL = 37

/** Whether the container is set up as systemd wants it: asked for, or its program is an init. */
export function isSystemd(request: Pick<RunRequest, 'systemd'>, args: readonly string[]): boolean {
  if (request.systemd === 'always') return true
  const [program = ''] = args
  const isInit = INIT_PROGRAMS.includes(program) || /^(.*\/)?systemd$/.test(program)
  return request.systemd !== 'false' && isInit
}

/**
 * File systems in memory that systemd writes to.
 *
 * @throws {TspodError} E_BAD_SIZE: --shm-size-systemd
 */
export function systemdMounts(request: Pick<RunRequest, 'shmSizeSystemd'>): OciMount[] {
  const size =
    request.shmSizeSystemd === undefined ? [] : [`size=${parseSize(request.shmSizeSystemd, '--shm-size-systemd')}`]
  return [
    tmpfs('/run', ['mode=755', ...size]),
    tmpfs('/run/lock', ['noexec', ...size]),
    tmpfs('/tmp', ['mode=1777']),
    tmpfs('/var/log/journal', ['noexec', 'mode=755', ...size]),
  ]
}

/** Source: systemd.io, CONTAINER_INTERFACE: the machine id that a container is given. */
export function systemdVariables(id: string): readonly (readonly [string, string])[] {
  return [['container_uuid', id.slice(0, 32)]]
}

function tmpfs(destination: string, options: readonly string[]): OciMount {
  return { destination, type: 'tmpfs', source: 'tmpfs', options: ['rw', 'nosuid', 'nodev', ...options] }
}
