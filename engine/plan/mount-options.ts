import { MOUNT_ATTR, MS } from './constants.ts'

/** mount(8) words sorted by who understands them. */
export interface MountOptions {
  /** for mount(2) */
  readonly flags: number
  /** for mount_setattr(2) */
  readonly attributes: number
  /** for mount_setattr(2); 0 for none */
  readonly propagation: number
  readonly recursive: boolean
  readonly bind: boolean
  /** it begins with a copy of what it hides. Source: podman-run(1), "--tmpfs", tmpcopyup */
  readonly copyUp: boolean
  /** what is left, for the file system itself */
  readonly data: string
}

const ATTRIBUTES: Readonly<Record<string, number>> = MOUNT_ATTR
const OPPOSITES: Readonly<Record<string, number>> = {
  rw: MOUNT_ATTR.rdonly,
  suid: MOUNT_ATTR.nosuid,
  dev: MOUNT_ATTR.nodev,
  exec: MOUNT_ATTR.noexec,
}
const FLAGS: Readonly<Record<string, number>> = {
  noatime: MS.noatime,
  relatime: MS.relatime,
  strictatime: MS.strictatime,
}
const PROPAGATION: Readonly<Record<string, number>> = { private: MS.private, slave: MS.slave, shared: MS.shared }

/** Later words win over earlier ones, as in mount(8). */
export function parseMountOptions(words: readonly string[]): MountOptions {
  let attributes = 0
  let flags = 0
  let propagation = 0
  let bind = false
  let recursive = false
  let copyUp = false
  const data: string[] = []
  for (const given of words) {
    const word = given === 'ro' ? 'rdonly' : given
    const propagationOf = PROPAGATION[word.replace(/^r(?=private|slave|shared)/, '')]
    if (word === 'bind' || word === 'rbind') {
      bind = true
      recursive = word === 'rbind'
    } else if (word === 'tmpcopyup') copyUp = true
    else if (propagationOf !== undefined) propagation = propagationOf
    else if (ATTRIBUTES[word] !== undefined) attributes |= ATTRIBUTES[word]
    else if (OPPOSITES[word] !== undefined) attributes &= ~OPPOSITES[word]
    else if (FLAGS[word] !== undefined) flags |= FLAGS[word]
    else data.push(word)
  }
  // MS_RDONLY, MS_NOSUID, MS_NODEV and MS_NOEXEC are the same bits as their MOUNT_ATTR_ namesakes.
  return { attributes, flags: flags | attributes, propagation, recursive, bind, copyUp, data: data.join(',') }
}
