import { readTextIfExists } from './files.ts'

/** Which distribution this is. Source: os-release(5), ID and ID_LIKE. */
export interface Distribution {
  readonly id: string
  readonly like: readonly string[]
}

const FAMILIES = ['debian', 'fedora', 'arch', 'alpine', 'suse'] as const
export type Family = (typeof FAMILIES)[number]

/** Ids of os-release(5) that belong to a family and do not say so by ID_LIKE. */
const MEMBERS: Readonly<Record<string, Family>> = {
  ubuntu: 'debian',
  rhel: 'fedora',
  centos: 'fedora',
  rocky: 'fedora',
  almalinux: 'fedora',
  'opensuse-leap': 'suse',
  'opensuse-tumbleweed': 'suse',
  opensuse: 'suse',
  sles: 'suse',
  manjaro: 'arch',
}

const INSTALLERS: Readonly<Record<Family, string>> = {
  debian: 'apt install',
  fedora: 'dnf install',
  arch: 'pacman -S',
  alpine: 'apk add',
  suse: 'zypper install',
}

/** Which package has what. Source: packages.debian.org, packages.fedoraproject.org, archlinux.org, pkgs.alpinelinux.org, software.opensuse.org. */
const PACKAGES = {
  bzip2: same('bzip2'),
  'fuse-overlayfs': same('fuse-overlayfs'),
  libseccomp: { ...same('libseccomp'), debian: 'libseccomp2', suse: 'libseccomp2' },
  newuidmap: { debian: 'uidmap', fedora: 'shadow-utils', arch: 'shadow', alpine: 'shadow-uidmap', suse: 'shadow' },
  pasta: same('passt'),
  slirp4netns: same('slirp4netns'),
  usermod: { debian: 'passwd', fedora: 'shadow-utils', arch: 'shadow', alpine: 'shadow', suse: 'shadow' },
  xz: { ...same('xz'), debian: 'xz-utils' },
} as const satisfies Record<string, Readonly<Record<Family, string>>>

function same(name: string): Readonly<Record<Family, string>> {
  return { debian: name, fedora: name, arch: name, alpine: name, suse: name }
}

export type Installable = keyof typeof PACKAGES

/** More no os-release(5) has. */
const MOST_BYTES = 1 << 16

/** Reads what this machine runs; nothing is known of it where there is no such file, or one that is no such thing. */
export function readDistribution(): Distribution {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      const text = readTextIfExists(path, MOST_BYTES)
      if (text !== undefined) return parseOsRelease(text)
    } catch {
      // It is for a hint, and must not take the place of the error that has it.
    }
  }
  return { id: '', like: [] }
}

/** Pure. */
export function parseOsRelease(text: string): Distribution {
  const value = (name: string): string => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, 'm').exec(text)?.[1] ?? ''
  return { id: value('ID').toLowerCase(), like: value('ID_LIKE').toLowerCase().split(/\s+/).filter(Boolean) }
}

export function familyOf({ id, like }: Distribution): Family | undefined {
  const words = [id, ...like]
  return (
    FAMILIES.find((family) => words.includes(family)) ??
    words.flatMap((word) => (Object.hasOwn(MEMBERS, word) ? (MEMBERS[word] ?? []) : []))[0]
  )
}

/** The command for root that installs it; undefined where the distribution is not known. Pure. */
export function installCommand(distribution: Distribution, what: Installable): string | undefined {
  const family = familyOf(distribution)
  return family && `${INSTALLERS[family]} ${PACKAGES[what][family]}`
}

/** What to do where it is not installed, in words for this machine: they are read when they are needed. */
export function installHint(what: Installable, distribution = readDistribution()): string {
  const command = installCommand(distribution, what)
  return command ? `run as root: "${command}"` : `install the package that has ${what}`
}
