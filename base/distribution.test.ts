import { expect, test } from 'vitest'
import { familyOf, installHint, parseOsRelease } from './distribution.ts'

// biome-ignore format: a table
test.for([
  ['PRETTY_NAME="Debian 13"\nID=debian\n',             'debian', 'run as root: "apt install uidmap"'],
  ['ID=ubuntu\nID_LIKE=debian',                        'debian', 'run as root: "apt install uidmap"'],
  ['ID="rhel"\nID_LIKE="fedora"',                      'fedora', 'run as root: "dnf install shadow-utils"'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"',         'fedora', 'run as root: "dnf install shadow-utils"'],
  ['ID=arch',                                          'arch',   'run as root: "pacman -S shadow"'],
  ['ID=alpine',                                        'alpine', 'run as root: "apk add shadow-uidmap"'],
  ['ID="opensuse-leap"\nID_LIKE="suse opensuse"',      'suse',   'run as root: "zypper install shadow"'],
  ['ID=\'sles\'',                                      'suse',   'run as root: "zypper install shadow"'],
  ['NAME=x\nID=plan9',                                 undefined, 'install the package that has newuidmap'],
  ['ID=constructor',                                   undefined, 'install the package that has newuidmap'],
  ['',                                                 undefined, 'install the package that has newuidmap'],
] as const)('%j', ([text, family, hint]) => {
  const distribution = parseOsRelease(text)
  expect(familyOf(distribution)).toBe(family)
  expect(installHint('newuidmap', distribution)).toBe(hint)
})
