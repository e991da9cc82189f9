import { constants } from 'node:os'
import type { NameKind } from '../../engine/complete/live-names.ts'
import { WAIT_CONDITIONS } from '../../engine/container/wait-condition.ts'
import { CAPABILITIES, RLIMITS } from '../../engine/plan/constants.ts'
import type { Option } from '../flags/option.ts'

/** What can stand in one place of a command line. */
export interface Values {
  /** what is called so */
  readonly names?: readonly NameKind[]
  /** behind each name: `web:` of `cp` */
  readonly suffix?: string
  readonly words?: readonly string[]
  /** the same words as they may be typed, too: offered to who has begun to, with two letters */
  readonly longer?: readonly string[]
  readonly paths?: 'files' | 'dirs'
}

const FILES: Values = { paths: 'files' }
const NOTHING: Values = {}
const NAMESPACES = { words: ['host', 'private', 'container:'] } as const

const SIGNAL_NAMES = Object.keys(constants.signals)
const SIGNALS: Values = { words: SIGNAL_NAMES.map((name) => name.slice('SIG'.length)), longer: SIGNAL_NAMES }
const CAPS: Values = { words: ['ALL', ...CAPABILITIES.map((name) => name.replace(/^CAP_/, ''))], longer: CAPABILITIES }

/** By the option's name, where neither choices nor the placeholder say it. */
const OF_OPTIONS: Readonly<Record<string, Values>> = {
  attach: { words: ['stdin', 'stdout', 'stderr'] },
  'cap-add': CAPS,
  'cap-drop': CAPS,
  cgroupns: { words: ['host', 'private'] },
  condition: { words: WAIT_CONDITIONS },
  device: FILES,
  'detach-keys': NOTHING,
  format: { words: ['json'] },
  input: FILES,
  ipc: { words: ['host', 'none', 'private', 'shareable', 'container:'] },
  'log-driver': { words: ['k8s-file', 'json-file', 'journald', 'none', 'passthrough'] },
  network: { names: ['network'], words: ['bridge', 'host', 'none', 'pasta', 'private', 'slirp4netns', 'container:'] },
  output: FILES,
  pid: NAMESPACES,
  platform: { words: ['linux/amd64', 'linux/arm64'] },
  pod: { names: ['pod'], words: ['new:'] },
  requires: { names: ['container'] },
  restart: { words: ['always', 'no', 'on-failure', 'unless-stopped'] },
  secret: { names: ['secret'] },
  ulimit: { words: RLIMITS.map((name) => `${name.replace(/^RLIMIT_/, '').toLowerCase()}=`) },
  userns: { words: ['auto', 'host', 'keep-id', 'nomap', 'container:'] },
  uts: NAMESPACES,
  volume: { names: ['volume'], suffix: ':', paths: 'files' },
  'volumes-from': { names: ['container'] },
}

/** Values of an option, by what it is. */
export function valuesOfOption(name: string, option: Option): Values {
  if (option.type === 'boolean') return { words: ['true', 'false'] }
  if (option.type === 'string' && !option.array && option.choices) return { words: option.choices }
  const known = Object.hasOwn(OF_OPTIONS, name) ? OF_OPTIONS[name] : undefined
  if (known) return known
  if (option.placeholder === 'SIGNAL') return SIGNALS
  if (option.placeholder?.startsWith('FILE')) return FILES
  if (option.placeholder === 'DIR') return { paths: 'dirs' }
  return NOTHING
}

const NAMED: readonly NameKind[] = ['container', 'image', 'manifest', 'network', 'pod', 'secret', 'volume']
const IMAGES: Values = { names: ['image', 'manifest'] }
const COPY_PLACE: Values = { names: ['container'], suffix: ':', paths: 'files' }

/** By command and argument, where the argument's name alone does not say it. */
const OF_ARGUMENTS: Readonly<Record<string, Values>> = {
  'container inspect name': { names: ['container'] },
  'cp destination': COPY_PLACE,
  'cp source': COPY_PLACE,
  'diff container': { names: ['container', 'image'] },
  'image inspect name': IMAGES,
  'import file': FILES,
  'inspect name': { names: ['container', 'image', 'network', 'pod', 'volume'] },
  'network create name': NOTHING,
  'pod create pod': NOTHING,
  'pod top word': { names: ['pod'] },
  'pull image': NOTHING,
  'rename name': NOTHING,
  'secret create name': NOTHING,
  'tag name': NOTHING,
  'top word': { names: ['container'] },
  'volume create volume': NOTHING,
}

/** Values of an argument: those of its name, as `container` and `image` say what they are. */
export function valuesOfArgument(command: string, argument: string): Values {
  const own = `${command} ${argument}`
  if (Object.hasOwn(OF_ARGUMENTS, own)) return OF_ARGUMENTS[own] ?? NOTHING
  if (argument === 'image' || argument === 'base') return IMAGES
  if (argument === 'list') return { names: ['manifest'] }
  if (argument === 'command' || argument === 'file') return FILES
  const kind = NAMED.find((one) => one === argument)
  return kind ? { names: [kind] } : NOTHING
}
