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
  chown: ['', 'U'],
  overlay: ['', 'O'],
} as const

type Group = keyof typeof GROUPS

const GROUP_OF = new Map<string, Group>(
  Object.entries(GROUPS).flatMap(([group, words]) =>
    words.filter((word) => word !== '').map((word) => [word, group as Group] as const),
  ),
)

/** Where an overlay over a source keeps what is written; without them it goes with the container. */
export interface OverlayPlaces {
  readonly upper?: string
  readonly work?: string
}

export interface VolumeOptions {
  /** mount(8) words, one of each kind */
  readonly options: readonly string[]
  /** a new volume is to start as a copy of what the image has there */
  readonly copy: boolean
  /** `U`: the source is to belong to the container's user */
  readonly chown?: true
  /** `O`: the source stays as it is */
  readonly overlay?: OverlayPlaces
}

/**
 * Options of `-v`. `z` and `Z` are for SELinux, whose labels tspod does not set.
 *
 * @param text the whole option, for the message
 * @throws {TspodError} E_BAD_VOLUME: unknown, or two of a kind
 * @throws {TspodError} E_UNSUPPORTED_OPTION: what an ordinary user cannot have
 */
export function parseVolumeOptions(list: string, text: string, subject = 'volume'): VolumeOptions {
  const chosen = new Map<Group, string>()
  const places = new Map<string, string>()
  for (const word of list.split(',')) {
    if (word === '' || word === 'consistent' || word === 'cached' || word === 'delegated') continue
    const [, place, path] = /^(upperdir|workdir)=(.*)$/.exec(word) ?? []
    if (place !== undefined && path !== undefined) {
      if (!path.startsWith('/') || path.includes('\0'))
        throw badValue('E_BAD_VOLUME', subject, text, `${place} is not absolute`)
      places.set(place, path)
      continue
    }
    const group = GROUP_OF.get(word)
    if (group === undefined) throw badOption(word, text, subject)
    const before = chosen.get(group)
    if (before !== undefined && before !== word) {
      throw badValue('E_BAD_VOLUME', subject, text, `${before} and ${word} exclude each other`)
    }
    chosen.set(group, word)
  }
  const wordOf = (group: Group): string => chosen.get(group) ?? GROUPS[group][0]
  const overlay = overlayOf(wordOf('overlay') === 'O', places, text, subject)
  return {
    options: (['recursion', 'propagation', 'suid', 'dev', 'exec', 'access'] as const).map(wordOf),
    copy: wordOf('copy') === 'copy',
    ...(wordOf('chown') === 'U' && { chown: true }),
    ...(overlay && { overlay }),
  }
}

function overlayOf(
  isOverlay: boolean,
  places: ReadonlyMap<string, string>,
  text: string,
  subject: string,
): OverlayPlaces | undefined {
  const [upper, work] = [places.get('upperdir'), places.get('workdir')]
  if (!isOverlay && places.size > 0)
    throw badValue('E_BAD_VOLUME', subject, text, 'upperdir and workdir are for an overlay', 'add the option O')
  if ((upper === undefined) !== (work === undefined))
    throw badValue('E_BAD_VOLUME', subject, text, 'an overlay needs upperdir and workdir, or neither')
  if (!isOverlay) return undefined
  return upper !== undefined && work !== undefined ? { upper, work } : {}
}

function badOption(word: string, text: string, subject: string): Error {
  const name = word.split('=', 1)[0] ?? ''
  if (name === 'idmap') {
    return badValue(
      'E_UNSUPPORTED_OPTION',
      subject,
      text,
      'the kernel maps the ids of a mount for root alone',
      'use the option U, which changes the owner, or --userns keep-id',
    )
  }
  const meant = nearest(word, GROUP_OF.keys())
  return badValue(
    'E_BAD_VOLUME',
    subject,
    text,
    `unknown option "${word.slice(0, 64)}"`,
    meant && `did you mean ${meant}?`,
  )
}
