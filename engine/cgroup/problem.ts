import { TspodError } from '../../base/errors.ts'

/** Why there is no cgroup, or not that controller, and what to do about it. */
export interface Problem {
  readonly reason: string
  readonly hint: string
}

export const NO_V2: Problem = {
  reason: 'this host has cgroups of version 1 only',
  hint: 'boot the host with systemd.unified_cgroup_hierarchy=1 on the kernel command line',
}

export const NOT_VISIBLE: Problem = {
  reason: 'the cgroup of this process cannot be seen here',
  hint: 'mount a cgroup2 file system on /sys/fs/cgroup',
}

export function usedByV1(controller: string): Problem {
  return { ...NO_V2, reason: `the ${controller} controller belongs to cgroup version 1 on this host` }
}

export function notWritable(directory: string, errno: string): Problem {
  return errno === 'EROFS'
    ? { reason: `${directory} is mounted read-only`, hint: 'make /sys/fs/cgroup writable where tspod runs' }
    : {
        reason: `the cgroup ${directory} belongs to somebody else, and no systemd user manager is running`,
        hint: 'log in with a systemd session, or run "sudo loginctl enable-linger" for this user and set XDG_RUNTIME_DIR',
      }
}

export function hasProcesses(directory: string): Problem {
  return {
    reason: `the cgroup ${directory} holds processes, so it cannot give controllers to others`,
    hint: 'move its processes into a cgroup of their own below it',
  }
}

export function notDelegated(controller: string, directory: string): Problem {
  return {
    reason: `the ${controller} controller is not delegated to ${directory}`,
    hint: 'as root, put "[Service]" and "Delegate=cpu cpuset io memory pids" into /etc/systemd/system/user@.service.d/delegate.conf, and log in again',
  }
}

/** @example limitUnavailable('--memory', { reason: 'this host has …', hint: 'boot …' }) */
export function limitUnavailable(flag: string, { reason, hint }: Problem, cause?: unknown): TspodError {
  return new TspodError('E_CGROUP_UNAVAILABLE', `${flag} cannot be enforced: ${reason}`, { hint, cause })
}
