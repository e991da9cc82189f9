import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'

/** Whose namespace of a kind a container is in. `container` is as the user wrote it. */
export type NamespaceMode = 'private' | 'host' | 'none' | { readonly container: string }

export interface NamespaceModes {
  readonly pid: NamespaceMode
  readonly ipc: NamespaceMode
  readonly uts: NamespaceMode
  readonly cgroup: NamespaceMode
}

/**
 * `--pid`, `--ipc`, `--uts`, `--cgroupns`: `private`, `host`, `container:ID`; of --ipc also `none`
 * and `shareable`, which every private one is.
 *
 * @throws {TspodError} E_BAD_NAMESPACE
 * @see podman-run(1), "--pid", "--ipc", "--uts", "--cgroupns"
 */
export function namespaceModes(request: Pick<RunRequest, 'pid' | 'ipc' | 'uts' | 'cgroupns'>): NamespaceModes {
  return {
    pid: parseMode(request.pid, '--pid'),
    ipc: parseMode(request.ipc, '--ipc', { shareable: 'private', none: 'none' }),
    uts: parseMode(request.uts, '--uts'),
    cgroup: parseMode(request.cgroupns, '--cgroupns'),
  }
}

/** `container:web` is `web`; undefined for anything else. */
export function containerOf(mode: NamespaceMode): string | undefined {
  return typeof mode === 'string' ? undefined : mode.container
}

function parseMode(
  text: string | undefined,
  flag: string,
  more: Readonly<Record<string, NamespaceMode>> = {},
): NamespaceMode {
  if (text === undefined || text === '' || text === 'private') return 'private'
  if (text === 'host') return 'host'
  if (Object.hasOwn(more, text)) return more[text] ?? 'private'
  const [, container] = /^container:(.+)$/.exec(text) ?? []
  if (container !== undefined && flag !== '--cgroupns') return { container }
  const known = ['host', 'private', ...Object.keys(more), ...(flag === '--cgroupns' ? [] : ['container:NAME'])]
  throw badValue('E_BAD_NAMESPACE', flag, text, 'no such namespace', `use ${known.join(', ')}`)
}
