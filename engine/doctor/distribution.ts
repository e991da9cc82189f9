import type { DoctorFacts } from './facts.ts'

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
  newuidmap: { debian: 'uidmap', fedora: 'shadow-utils', arch: 'shadow', alpine: 'shadow-uidmap', suse: 'shadow' },
  usermod: { debian: 'passwd', fedora: 'shadow-utils', arch: 'shadow', alpine: 'shadow', suse: 'shadow' },
  slirp4netns: same('slirp4netns'),
  pasta: same('passt'),
  'fuse-overlayfs': same('fuse-overlayfs'),
  libseccomp: { ...same('libseccomp'), debian: 'libseccomp2', suse: 'libseccomp2' },
} as const satisfies Record<string, Readonly<Record<Family, string>>>

function same(name: string): Readonly<Record<Family, string>> {
  return { debian: name, fedora: name, arch: name, alpine: name, suse: name }
}

export type Installable = keyof typeof PACKAGES

/** Source: os-release(5), ID and ID_LIKE. Pure. */
export function parseOsRelease(text: string): DoctorFacts['distribution'] {
  const value = (name: string): string => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, 'm').exec(text)?.[1] ?? ''
  return { id: value('ID').toLowerCase(), like: value('ID_LIKE').toLowerCase().split(/\s+/).filter(Boolean) }
}

export function familyOf({ id, like }: DoctorFacts['distribution']): Family | undefined {
  const words = [id, ...like]
  return FAMILIES.find((family) => words.includes(family)) ?? words.flatMap((word) => MEMBERS[word] ?? [])[0]
}

/** The command that installs it on this distribution; a sentence where the distribution is not known. */
export function install(facts: Pick<DoctorFacts, 'distribution' | 'user'>, what: Installable): string {
  const family = familyOf(facts.distribution)
  if (!family) return `install the package that has ${what}`
  return asRoot(facts, `${INSTALLERS[family]} ${PACKAGES[what][family]}`)
}

/** A command that only root may run. */
export function asRoot({ user }: Pick<DoctorFacts, 'user'>, command: string): string {
  return user.uid === 0 ? command : `sudo ${command}`
}

/** Sets a sysctl now and after each start of the machine. */
export function setSysctl(facts: Pick<DoctorFacts, 'user'>, name: string, value: string): string {
  return `echo '${name} = ${value}' | ${asRoot(facts, 'tee -a /etc/sysctl.d/90-tspod.conf')} && ${asRoot(facts, 'sysctl --system')}`
}
