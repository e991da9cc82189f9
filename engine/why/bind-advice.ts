import type { BindPart, Missing } from './bind-access.ts'
import { isOfSystem } from './system-directory.ts'

interface Situation {
  readonly missing: readonly Missing[]
  readonly rootless: boolean
  /** the owner is an id that the caller may give files away from */
  readonly isOurs: boolean
  /** the owner is the caller */
  readonly isCaller: boolean
  /** the owner is whom the program runs as */
  readonly isSelf: boolean
  readonly userInside: string
  readonly userOutside: string
}

const LETTERS: Readonly<Record<Missing, string>> = { read: 'r', write: 'w', enter: 'x', run: 'x' }

/**
 * What has the program use it: one imperative sentence each, the best first. Pure.
 *
 * @see podman-run(1), "--userns" (keep-id:uid=…), "--volume" (U); setfacl(1)
 */
export function adviceFor(part: BindPart, now: Situation): string[] {
  const { volume, below, mode } = part
  const { missing, rootless, isOurs, isCaller, isSelf } = now
  const path = volume.source + below
  const letters = missing.map((what) => LETTERS[what]).join('')
  const chmod = (who: string): string =>
    `"${rootless && !isCaller ? 'tspod unshare ' : ''}chmod ${who}+${letters} ${path}"`
  if (isOfSystem(path)) return ["mount a directory of your own instead: this one is the system's"]
  if (!isOurs) {
    const [uid] = now.userOutside.split(':')
    const access = part.isProgram ? 'rx' : volume.options.includes('ro') ? 'rX' : 'rwX'
    return [`have its owner or root open it for the container's user: "setfacl -m u:${uid}:${access} ${path}"`]
  }
  if (missing.includes('run') && (mode & 0o111) === 0) return [`make it executable: ${chmod('a')}`]
  if (isSelf) return [`open it for its owner: ${chmod('u')}`]
  const [uid, gid] = now.userInside.split(':')
  return [
    ...(isCaller ? [`have the program be you: --userns=keep-id:uid=${uid},gid=${gid}`] : []),
    `give the directory to the container's user: -v ${volume.name || volume.source}:${volume.destination}:U`,
    `or open it for all: ${chmod('o')}`,
  ]
}
