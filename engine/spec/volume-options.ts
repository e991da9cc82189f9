import { nearest } from '../../base/nearest.ts'
import { badValue } from './bad-value.ts'

/** Words of which at most one may be given; the first is what holds without any. Source: podman-run(1), "--volume". */
const GROUPS = {
  recursion: ['rbind', 'bind'],
  propagation: ['rprivate', 'private', 'rslave', 'slave', 'rshared', 'shared'],
  suid: ['nosuid', 'suid'],
  dev: ['nodev', 'dev'],
  exec: ['exec', 'noexec'],
  access: ['rw', 'ro'],
  label: ['', 'z', 'Z'],
  copy: ['copy', 'nocopy'],
} as const

type Group = keyof typeof GROUPS

const GROUP_OF = new Map<string, Group>(
  Object.entries(GROUPS).flatMap(([group, words]) => words.map((word) => [word, group as Group] as const)),
)

const UNSUPPORTED = ['U', 'O', 'idmap', 'upperdir', 'workdir', 'uid', 'gid']

export interface VolumeOptions {
  /** mount(8) words, one of each kind */
  readonly options: readonly string[]
  /** a new volume is to start as a copy of what the image has there */
  readonly copy: boolean
}

/**
 * Options of `-v`. `z` and `Z` are for SELinux, whose labels tspod does not set.
 *
 * @throws {TspodError} E_BAD_VOLUME: unknown, or two of a kind
 * @throws {TspodError} E_UNSUPPORTED_OPTION: known to podman and not carried out yet
 */
export function parseVolumeOptions(list: string, text: string): VolumeOptions {
  const chosen = new Map<Group, string>()
  for (const word of list.split(',')) {
    if (word === '') continue
    const group = GROUP_OF.get(word)
    if (group === undefined) throw badOption(word, text)
    const before = chosen.get(group)
    if (before !== undefined && before !== word) {
      throw badValue('E_BAD_VOLUME', 'volume', text, `${before} and ${word} exclude each other`)
    }
    chosen.set(group, word)
  }
  const wordOf = (group: Group): string => chosen.get(group) ?? GROUPS[group][0]
  return {
    options: (['recursion', 'propagation', 'suid', 'dev', 'exec', 'access'] as const).map(wordOf),
    copy: wordOf('copy') === 'copy',
  }
}

function badOption(word: string, text: string): Error {
  const name = word.split('=', 1)[0] ?? ''
  if (UNSUPPORTED.includes(name)) {
    return badValue('E_UNSUPPORTED_OPTION', 'volume', text, `option ${name} is not supported yet`)
  }
  const meant = nearest(word, GROUP_OF.keys())
  return badValue(
    'E_BAD_VOLUME',
    'volume',
    text,
    `unknown option "${word.slice(0, 64)}"`,
    meant && `did you mean ${meant}?`,
  )
}
