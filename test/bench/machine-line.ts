import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { runChild } from '../../base/child.ts'

/** The machine in one line; `storage` is a directory on the disk that was used. The engines' versions are asked in `env`. */
export function machineLine(storage: string, env: NodeJS.ProcessEnv): string {
  const podman = runChild('podman', ['--version'], { env })?.stdout.trim()
  const crun = runChild('crun', ['--version'], { env })?.stdout.split('\n')[0]
  return [
    `Linux ${release()}`,
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `storage on ${fileSystemOf(readFileSync('/proc/self/mountinfo', 'utf8'), storage)}`,
    `node ${process.version}`,
    podman ? `${podman}, ${crun ?? 'no crun'}` : 'no podman',
  ].join(', ')
}

/** Type of the file system that holds `path`. Source: proc_pid_mountinfo(5). */
export function fileSystemOf(mountinfo: string, path: string): string {
  let best = { mountPoint: '', type: 'unknown' }
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ')
    const mountPoint = left.split(' ')[4]
    const type = right.split(' ')[0]
    if (!mountPoint || !type) continue
    const holds = mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`)
    // later mounts hide earlier ones
    if (holds && mountPoint.length >= best.mountPoint.length) best = { mountPoint, type }
  }
  return best.type
}
