import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** Debian packages that the tests need, and a program of each by which it is known. */
const PACKAGES = {
  acl: '/usr/bin/setfacl',
  bzip2: '/usr/bin/bzip2',
  'busybox-static': '/bin/busybox',
  curl: '/usr/bin/curl',
  'docker-registry': '/usr/bin/docker-registry',
  ...foreign(),
  'fuse-overlayfs': '/usr/bin/fuse-overlayfs',
  iproute2: '/usr/bin/ip',
  'libcap2-bin': '/usr/sbin/setcap',
  fish: '/usr/bin/fish',
  mandoc: '/usr/bin/mandoc',
  mmdebstrap: '/usr/bin/mmdebstrap',
  'openssh-client': '/usr/bin/ssh',
  'openssh-server': '/usr/sbin/sshd',
  openssl: '/usr/bin/openssl',
  passt: '/usr/bin/pasta',
  podman: '/usr/bin/podman',
  python3: '/usr/bin/python3',
  skopeo: '/usr/bin/skopeo',
  slirp4netns: '/usr/bin/slirp4netns',
  strace: '/usr/bin/strace',
  tmux: '/usr/bin/tmux',
  uidmap: '/usr/bin/newuidmap',
  umoci: '/usr/bin/umoci',
  'xz-utils': '/usr/bin/xz',
  zsh: '/usr/bin/zsh',
  zstd: '/usr/bin/zstd',
}

/** What makes and runs programs of the other architecture. */
function foreign(): Record<string, string> {
  const [package_, triplet] =
    process.arch === 'x64'
      ? ['gcc-aarch64-linux-gnu', 'aarch64-linux-gnu']
      : ['gcc-x86-64-linux-gnu', 'x86_64-linux-gnu']
  return { [package_]: `/usr/bin/${triplet}-gcc`, 'qemu-user-static': '/usr/bin/qemu-aarch64-static' }
}

export function missingPackages(exists = existsSync): string[] {
  return Object.entries(PACKAGES).flatMap(([name, program]) => (exists(program) ? [] : [name]))
}

/**
 * Fails, rather than skips, where the machine lacks something that a test needs.
 * @param exists whether a program is there
 */
export function requireMachine(exists = existsSync): void {
  const problems: string[] = []
  const missing = missingPackages(exists)
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
