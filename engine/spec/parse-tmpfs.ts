import { badValue } from './bad-value.ts'
import { parseSize } from './parse-size.ts'
import { parseTarget } from './parse-target.ts'

export interface TmpfsRequest {
  readonly target: string
  /** mount(8) words */
  readonly options: readonly string[]
}

/** What a tmpfs is where its options say nothing of it: with podman a copy of what it hides, and docker's runs no programs. */
export interface TmpfsDefaults {
  readonly copyUp: boolean
  readonly noexec: boolean
}

export const EMPTY_TMPFS: TmpfsDefaults = { copyUp: false, noexec: false }

const FLAGS = ['rw', 'ro', 'exec', 'noexec', 'suid', 'nosuid', 'dev', 'nodev', 'noatime', 'relatime', 'strictatime']

/** What says nothing of a file system that is the container's own, or asks for what it is anyway; and what is seen to elsewhere. */
const WITHOUT_EFFECT = /^((no)?tmpcopyup|r?(private|shared|slave|unbindable)|defaults|U|z|Z)?$/

/** Values that go to the kernel as they are. Source: tmpfs(5). */
const VALUES: Readonly<Record<string, RegExp>> = {
  mode: /^[0-7]{1,4}$/,
  nr_inodes: /^\d{1,15}[kmg]?$/i,
  nr_blocks: /^\d{1,15}[kmg]?$/i,
  uid: /^\d{1,10}$/,
  gid: /^\d{1,10}$/,
  huge: /^(never|always|within_size|advise)$/,
  mpol: /^[a-z0-9=:,-]{1,64}$/,
}

/**
 * `target[:options]`. Later options win over earlier ones and over the defaults.
 *
 * @throws {TspodError} E_BAD_VOLUME, E_BAD_SIZE
 * @see podman-run(1), "--tmpfs"; tmpfs(5)
 */
export function parseTmpfs(text: string, defaults = EMPTY_TMPFS): TmpfsRequest {
  const colon = text.indexOf(':')
  const target = parseTarget(colon < 0 ? text : text.slice(0, colon), text, 'tmpfs')
  const words = colon < 0 ? [] : text.slice(colon + 1).split(',')
  return { target, options: tmpfsOptions(words, { text, defaults }) }
}

/**
 * The mount(8) words of a tmpfs: the defaults, then `words`, of which later ones win.
 *
 * @throws {TspodError} E_BAD_VOLUME, E_BAD_SIZE
 */
export function tmpfsOptions(words: readonly string[], { text, subject = 'tmpfs', defaults }: TmpfsContext): string[] {
  const said = words.findLast((word) => /^(no)?tmpcopyup$/.test(word))
  const copies = said === undefined ? defaults.copyUp : said === 'tmpcopyup'
  const usual = ['rw', ...(defaults.noexec ? ['noexec'] : []), 'nosuid', 'nodev']
  return [...usual, ...words.flatMap((word) => parseOption(word, text, subject)), ...(copies ? ['tmpcopyup'] : [])]
}

export interface TmpfsContext {
  /** the whole option, for the message */
  readonly text: string
  readonly subject?: string
  readonly defaults: TmpfsDefaults
}

function parseOption(word: string, text: string, subject: string): string[] {
  if (WITHOUT_EFFECT.test(word)) return []
  if (FLAGS.includes(word)) return [word]
  const [, name = '', value = ''] = /^([a-z_]+)=(.*)$/.exec(word) ?? []
  if (name === 'size') return [/^\d{1,3}%$/.test(value) ? word : `size=${parseSize(value, 'tmpfs size')}`]
  if (Object.hasOwn(VALUES, name) && VALUES[name]?.test(value)) return [word]
  throw badValue('E_BAD_VOLUME', subject, text, `unknown option "${word.slice(0, 64)}"`)
}
