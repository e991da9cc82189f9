import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { debianSystem } from './debian-image.ts'
import { type Result, resultOf, TSPOD } from './tspod.ts'

/** What tspod asks a Debian for, and no compiler and no node. */
export const CLEAN_PACKAGES = ['ca-certificates', 'make', 'slirp4netns', 'uidmap'] as const

/** A Debian of its own in a directory, with an ordinary user `u`. */
export interface CleanRoot {
  readonly path: string
  /** a shell script as that user; what it leaves running ends with it */
  run(script: string): Promise<Result>
  /** as its root, who can put files there */
  asRoot(script: string): Promise<Result>
}

const MAKE = `set -e
mkdir "$1" && tar -x -f "$2" -C "$1" --exclude './dev/*'
cd "$1"
echo u:x:1000:1000::/home/u:/bin/sh >> etc/passwd
echo u:x:1000: >> etc/group
echo u:2000:60000 | tee etc/subuid > etc/subgid
mkdir -m 700 home/u run/user run/user/1000 && chmod 755 run/user && chown 1000:1000 home/u run/user/1000`

/** No user namespace can be made after chroot(2); so the root is changed as a container's is. Source: unshare(2), EPERM */
const ENTER = `set -e
mount --rbind "$1" "$1"
mount -t proc proc "$1/proc"
mount --rbind /sys "$1/sys"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
cd "$1"
shift
pivot_root . .
umount -l .
cd /
exec "$@"`

const AS_USER = [
  ...['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'],
  ...['env', '-i', '--chdir=/home/u', 'HOME=/home/u', 'USER=u', 'XDG_RUNTIME_DIR=/run/user/1000'],
  'PATH=/usr/local/bin:/usr/bin:/bin',
]

export async function cleanRoot(directory: string): Promise<CleanRoot> {
  const path = join(directory, 'clean')
  const inNamespace = async (...argv: string[]): Promise<Result> => {
    const child = startChild(TSPOD, ['--root', join(directory, 'outer'), 'unshare', ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return await resultOf(child)
  }
  const made = await inNamespace('sh', '-c', MAKE, 'sh', path, await debianSystem(CLEAN_PACKAGES))
  if (made.exitCode !== 0) throw new Error(`could not make a root: ${made.stderr}`)
  const within = (...argv: string[]): Promise<Result> =>
    inNamespace('unshare', '-mpf', '--kill-child', 'sh', '-c', ENTER, 'sh', path, ...argv)
  return {
    path,
    run: (script) => within(...AS_USER, 'sh', '-c', script),
    asRoot: (script) => inNamespace('sh', '-c', script),
  }
}
