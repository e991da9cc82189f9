import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { type BuiltImage, imageOf, tarOf } from './tar-image.ts'
import { resultOf } from './tspod.ts'

const SUITE = 'bookworm'
const PACKAGES = ['bind9-dnsutils', 'curl', 'iperf3', 'nginx-light', 'python3-minimal', 'redis-server'] as const

/**
 * Debian 12 with a few servers, in three layers: the system, a page for nginx, and the removal of
 * what no container needs. The system comes from Debian's archive and is kept for the next run.
 */
export async function debianImage(): Promise<BuiltImage> {
  const system = readFileSync(await debianSystem(PACKAGES))
  const page = await tarOf([{ name: 'var/www/html/index.html', mode: 0o644, content: 'a page of the image\n' }])
  const removal = await tarOf([{ name: 'usr/share/.wh.doc' }, { name: 'usr/share/man/.wh..wh..opq' }])
  return imageOf([system, page, removal], {
    compression: ['zstd', 'gzip', 'none'],
    config: { Cmd: ['bash'] },
  })
}

/** By the first of those who want it. */
const MAKE_ONCE = `path=$1 unfinished=$2; shift 2
[ -e "$path" ] || { "$@" && mv "$unfinished" "$path"; }`

/** Path of the archive of a root file system: Debian's smallest with these packages, made where there is none yet. */
export async function debianSystem(packages: readonly string[]): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tspod-test')
  const key = createHash('sha256')
    .update([SUITE, ...packages].join(' '))
    .digest('hex')
  const path = join(cache, `debian-${key.slice(0, 12)}.tar`)
  if (existsSync(path)) return path
  mkdirSync(cache, { recursive: true })
  const options = ['--mode=unshare', '--variant=minbase', '--format=tar', `--include=${packages.join(',')}`]
  const unfinished = join(cache, `unfinished-${process.pid}.tar`)
  const argv = [path, unfinished, 'mmdebstrap', ...options, SUITE, unfinished]
  const made = await resultOf(
    startChild('flock', [`${path}.lock`, 'sh', '-c', MAKE_ONCE, 'sh', ...argv], { stdio: 'pipe' }),
  )
  if (made.exitCode !== 0) throw new Error(`mmdebstrap failed: ${made.stderr.slice(-2000)}`)
  return path
}
