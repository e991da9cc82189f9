import type { BindPart, ClosedBind, Missing } from './bind-access.ts'

interface Situation {
  readonly volume: BindPart['volume']
  readonly rootless: boolean
  /** the owner is an id that the caller may give files away from */
  readonly isOurs: boolean
  /** the owner is the caller */
  readonly isCaller: boolean
  /** the owner is whom the program runs as */
  readonly isSelf: boolean
}

const LETTERS: Readonly<Record<Missing, string>> = { read: 'r', write: 'w', enter: 'x' }

/**
 * What has the program use it: one imperative sentence each, the best first. Pure.
 *
 * @see podman-run(1), "--userns" (keep-id:uid=…), "--volume" (U)
 */
export function adviceFor(
  { hostPath, userInside, missing }: Pick<ClosedBind, 'hostPath' | 'userInside' | 'missing'>,
  { volume, rootless, isOurs, isCaller, isSelf }: Situation,
): string[] {
  const letters = missing.map((what) => LETTERS[what]).join('')
  const chmod = (who: string): string => `"${rootless ? 'tspod unshare ' : ''}chmod ${who}+${letters} ${hostPath}"`
  if (!isOurs) {
    return [
      `have its owner or root open it: "chmod o+${letters} ${hostPath}", or an entry of setfacl(1) for you and the container's user`,
    ]
  }
  if (isSelf) return [`open it for its owner: ${chmod('u')}`]
  const [uid, gid] = userInside.split(':')
  return [
    ...(isCaller ? [`have the program be you: --userns=keep-id:uid=${uid},gid=${gid}`] : []),
    `give the directory to the container's user: -v ${volume.name || volume.source}:${volume.destination}:U`,
    `or open it for all: ${chmod('o')}`,
  ]
}
