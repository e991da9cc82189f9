import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** Debian packages that the tests need, and a program of each by which it is known. */
const PACKAGES = {
  acl: '/usr/bin/setfacl',
  'busybox-static': '/bin/busybox',
  curl: '/usr/bin/curl',
  'docker-registry': '/usr/bin/docker-registry',
  'fuse-overlayfs': '/usr/bin/fuse-overlayfs',
  iproute2: '/usr/bin/ip',
  'libcap2-bin': '/usr/sbin/setcap',
  mmdebstrap: '/usr/bin/mmdebstrap',
  passt: '/usr/bin/pasta',
  python3: '/usr/bin/python3',
  slirp4netns: '/usr/bin/slirp4netns',
  strace: '/usr/bin/strace',
  uidmap: '/usr/bin/newuidmap',
} as const

export function missingPackages(): string[] {
  return Object.entries(PACKAGES).flatMap(([name, program]) => (existsSync(program) ? [] : [name]))
}

/** Fails, rather than skips, where the machine lacks something that a test needs. */
export function requireMachine(): void {
  const problems: string[] = []
  const missing = missingPackages()
  if (missing.length > 0) problems.push(`packages are missing: apt-get install ${missing.join(' ')}`)
  if (process.getuid?.() === 0) problems.push('the tests run as an ordinary user: start them with "npm test"')
  for (const device of ['/dev/fuse', '/dev/net/tun']) {
    try {
      accessSync(device, constants.R_OK | constants.W_OK)
    } catch {
      problems.push(`${device} cannot be opened: chmod 666 ${device}`)
    }
  }
  for (const file of ['/etc/subuid', '/etc/subgid']) {
    const { username, uid } = userInfo()
    const has =
      existsSync(file) &&
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => [username, `${uid}`].includes(line.split(':')[0] ?? ''))
    if (!has)
      problems.push(
        `${username} has no range in ${file}: usermod --add-subuids 200000-265535 --add-subgids 200000-265535 ${username}`,
      )
  }
  if (problems.length > 0) throw new Error(`this machine cannot run the tests:\n- ${problems.join('\n- ')}`)
}
