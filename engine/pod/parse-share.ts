import { badValue } from '../spec/bad-value.ts'

/** `cgroup` is taken as podman's is, and shares nothing: each container has a cgroup of its own. */
const SHAREABLE = ['cgroup', 'ipc', 'net', 'pid', 'uts'] as const
export type Shared = (typeof SHAREABLE)[number]

/** Source: podman-pod-create(1), "--share". */
const DEFAULT: readonly Shared[] = ['ipc', 'net', 'uts']

/**
 * `--share`: kinds of namespaces, separated by commas; with a `+` in front beside the usual ones; `none`
 * or nothing for none.
 *
 * @throws {TspodError} E_BAD_SHARE
 * @see podman-pod-create(1), "--share"
 */
export function parseShare(text: string | undefined): readonly Shared[] {
  if (text === undefined) return DEFAULT
  if (text === '' || text === 'none') return []
  const isMore = text.startsWith('+')
  const words = text.slice(isMore ? 1 : 0).split(',')
  const kinds = words.map((word) => SHAREABLE.find((kind) => kind === word))
  const shares = kinds.filter((kind) => kind !== undefined)
  if (shares.length < words.length)
    throw badValue('E_BAD_SHARE', '--share', text, 'no such namespace', `use ${SHAREABLE.join(', ')} or none`)
  return [...new Set([...(isMore ? DEFAULT : []), ...shares])].sort()
}
