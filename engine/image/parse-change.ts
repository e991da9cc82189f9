import { TspodError } from '../../base/errors.ts'
import { parseGoDuration } from '../parse-time.ts'
import { parseStringArray } from '../spec/string-array.ts'
import { splitWords } from './split-words.ts'

/** What `--change` of `import` and `commit` may say of an image's configuration. */
export type Change =
  | { readonly kind: 'Cmd' | 'Entrypoint'; readonly words: readonly string[] }
  | { readonly kind: 'Env' | 'Labels'; readonly pairs: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'ExposedPorts' | 'Volumes'; readonly names: readonly string[] }
  | { readonly kind: 'OnBuild' | 'StopSignal' | 'User' | 'WorkingDir'; readonly text: string }
  | { readonly kind: 'Healthcheck'; readonly check: Healthcheck }

/** Source: moby, api/types/container/config.go; times in nanoseconds. */
export interface Healthcheck {
  readonly Test: readonly string[]
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}

type Read = (rest: string, variables: ReadonlyMap<string, string>) => Change

const INSTRUCTIONS: Readonly<Record<string, Read>> = {
  CMD: (rest) => ({ kind: 'Cmd', words: commandWords(rest) }),
  ENTRYPOINT: (rest) => ({ kind: 'Entrypoint', words: commandWords(rest) }),
  ENV: (rest, variables) => ({ kind: 'Env', pairs: readPairs(rest, variables) }),
  EXPOSE: (rest, variables) => ({ kind: 'ExposedPorts', names: splitWords(rest, variables).flatMap(readPorts) }),
  HEALTHCHECK: (rest) => ({ kind: 'Healthcheck', check: readHealthcheck(rest) }),
  LABEL: (rest, variables) => ({ kind: 'Labels', pairs: readPairs(rest, variables) }),
  ONBUILD: (rest) => ({ kind: 'OnBuild', text: rest }),
  STOPSIGNAL: (rest, variables) => ({ kind: 'StopSignal', text: oneWord(rest, variables) }),
  USER: (rest, variables) => ({ kind: 'User', text: oneWord(rest, variables) }),
  VOLUME: (rest, variables) => ({ kind: 'Volumes', names: parseStringArray(rest) ?? splitWords(rest, variables) }),
  WORKDIR: (rest, variables) => ({ kind: 'WorkingDir', text: oneWord(rest, variables) }),
}

/**
 * Reads an instruction of a Dockerfile, `CMD ["sh"]`, `ENV A=1 B="two words"`; podman's `CMD=sh` too.
 *
 * @param variables what `$NAME` stands for, where the instruction has such
 * @throws {TspodError} E_BAD_CHANGE
 * @see podman-commit(1), "--change"; Dockerfile reference
 */
export function parseChange(text: string, variables: ReadonlyMap<string, string> = new Map()): Change {
  const [, name = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s+|=)([\s\S]*)$/.exec(text) ?? []
  const read = Object.hasOwn(INSTRUCTIONS, name.toUpperCase()) ? INSTRUCTIONS[name.toUpperCase()] : undefined
  if (!read) {
    throw new TspodError('E_BAD_CHANGE', `${shown(text)} is not a change`, {
      hint: `use one of ${Object.keys(INSTRUCTIONS).join(', ')}`,
    })
  }
  if (rest.trim() === '' || rest.includes('\0')) throw badChange(text, 'it says nothing')
  try {
    return read(rest.trim(), variables)
  } catch (error) {
    throw error instanceof BadPart ? badChange(text, error.message) : error
  }
}

/** What is wrong with an instruction; the instruction itself is added where it is known. */
class BadPart extends Error {}

/** A JSON list is a command as it is; anything else is for the shell. */
function commandWords(rest: string): readonly string[] {
  return parseStringArray(rest) ?? ['/bin/sh', '-c', rest]
}

/** `A=1 B=2`, or in the old form `A the rest of the line`. */
function readPairs(rest: string, variables: ReadonlyMap<string, string>): [string, string][] {
  const words = splitWords(rest, variables)
  const [first = '', second] = words
  if (!first.includes('=')) {
    if (second === undefined) throw new BadPart('there is no value')
    return [[first, words.slice(1).join(' ')]]
  }
  return words.map((word) => {
    const equals = word.indexOf('=')
    if (equals <= 0) throw new BadPart(`${shown(word)} is not NAME=VALUE`)
    return [word.slice(0, equals), word.slice(equals + 1)]
  })
}

function oneWord(rest: string, variables: ReadonlyMap<string, string>): string {
  const [word, ...others] = splitWords(rest, variables)
  if (word === undefined || others.length > 0) throw new BadPart('one word is expected')
  return word
}

/** `80`, `80/udp`, `8000-8010`. */
function readPorts(word: string): string[] {
  const [, first, last = first, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(word) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (!(from >= 1 && to >= from && to <= 65535)) throw new BadPart(`${shown(word)} is not a port`)
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${protocol.toLowerCase()}`)
}

const HEALTH_FLAGS = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const

function readHealthcheck(text: string): Healthcheck {
  let rest = text
  let settings: Omit<Healthcheck, 'Test'> = {}
  for (let flag = nextFlag(rest); flag; flag = nextFlag(rest)) {
    settings = { ...settings, ...readHealthFlag(flag.name, flag.value) }
    rest = flag.rest
  }
  if (/^none$/i.test(rest)) return { Test: ['NONE'] }
  const command = /^cmd\s+([\s\S]+)$/i.exec(rest)?.[1]
  if (command === undefined) throw new BadPart('CMD or NONE is expected')
  const words = parseStringArray(command)
  return { Test: words ? ['CMD', ...words] : ['CMD-SHELL', command], ...settings }
}

function nextFlag(text: string) {
  const [, name, value, rest] = /^--([a-z-]+)=(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  return name === undefined || value === undefined ? undefined : { name, value, rest: rest ?? '' }
}

function readHealthFlag(name: string, value: string): Omit<Healthcheck, 'Test'> {
  if (name === 'retries' && /^\d{1,6}$/.test(value)) return { Retries: Number(value) }
  const key = Object.hasOwn(HEALTH_FLAGS, name) ? HEALTH_FLAGS[name as keyof typeof HEALTH_FLAGS] : undefined
  const durationMs = key && parseGoDuration(value)
  if (key === undefined || durationMs === undefined || durationMs < 0)
    throw new BadPart(`--${name}=${value} is not valid`)
  return { [key]: Math.round(durationMs * 1e6) }
}

function badChange(text: string, problem: string): TspodError {
  return new TspodError('E_BAD_CHANGE', `the change ${shown(text)} is not valid: ${problem}`)
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
