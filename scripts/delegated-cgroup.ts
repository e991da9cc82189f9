import type { MachineUser } from './as-user.ts'

/**
 * Shell for root: moves itself into a cgroup below one that is the user's to divide, as a systemd
 * session would. Where there is no cgroup of version 2 that can be written, it changes nothing.
 *
 * @see cgroups(7), "Delegation"
 */
export function delegateCgroup({ uid, gid }: Pick<MachineUser, 'uid' | 'gid'>): string {
  return `
delegate() {
  parent=$1/tspod-tests
  mkdir -p "$parent/session" || return 0
  for controller in cpu io memory pids; do
    echo "+$controller" > "$1/cgroup.subtree_control" && echo "+$controller" > "$parent/cgroup.subtree_control" || :
  done
  chown ${uid}:${gid} "$parent" "$parent/cgroup.procs" "$parent/cgroup.subtree_control" "$parent/cgroup.threads"
  echo 0 > "$parent/session/cgroup.procs"
}
for top in /sys/fs/cgroup /sys/fs/cgroup/unified; do
  if [ -f "$top/cgroup.controllers" ]; then delegate "$top" 2>/dev/null || :; break; fi
done`
}
