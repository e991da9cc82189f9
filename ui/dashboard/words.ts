import type { Target, Verb } from './source.ts'

const DOING: Readonly<Record<Verb, string>> = {
  start: 'starting',
  stop: 'stopping',
  restart: 'restarting',
  kill: 'killing',
  remove: 'removing',
}

const DONE: Readonly<Record<Verb, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  kill: 'killed',
  remove: 'removed',
}

export function verbDoing(verb: Verb): string {
  return DOING[verb]
}

export function verbDone(verb: Verb, target: Target): string {
  return `${DONE[verb]} ${targetName(target)}`
}

/** What asks before something is killed or removed. */
export function question(verb: Verb, target: Target): string {
  return `${verb} ${targetName(target)}? y/n`
}

export function targetName(target: Target): string {
  return `${target.kind} ${shortName(target)}`
}

/** Of an image with many names the first: all of them would hide what is said of it. */
function shortName({ name, id }: Pick<Target, 'name' | 'id'>): string {
  const [first = ''] = name.split(', ')
  return first === '' || first === '<none>' ? id.slice(0, 12) : first
}

/** The engine was told an id, and calls a thing so; who looks at the list knows its name. */
export function withName(text: string, target: Target): string {
  return text.replaceAll(target.id, shortName(target))
}

/** `5s`, `12m`, `3h`, `4d`, `2y`: at most four columns. */
export function shortAge(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`
  const days = Math.floor(seconds / 86_400)
  return days < 1000 ? `${days}d` : `${Math.floor(days / 365)}y`
}
