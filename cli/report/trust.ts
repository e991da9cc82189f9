import type { TrustEntry } from '../../engine/image/list-trust.ts'

/** A line of `image trust show`. Source: podman-image-trust(1); podman has a STORE where we say what decided. */
export function trustCells(entry: TrustEntry): string[] {
  const { name } = namesOf(entry)
  return [
    transportOf(entry),
    name === '* (default)' ? 'default' : name,
    entry.type,
    entry.keys.join(', '),
    entry.origin,
  ]
}

/** An element of `image trust show --json`. */
export function trustJson(entry: TrustEntry): Readonly<Record<string, unknown>> {
  const { name, repository } = namesOf(entry)
  return {
    transport: transportOf(entry),
    ...(name === '' ? {} : { name, repo_name: repository }),
    ...(entry.keys.length === 0 ? {} : { keys: entry.keys }),
    type: entry.type,
    ...(entry.type === 'sigstoreSigned' ? { gpg_id: 'N/A' } : {}),
    origin: entry.origin,
  }
}

function transportOf({ transport }: TrustEntry): string {
  if (transport === 'default') return 'all'
  return transport === 'docker' ? 'repository' : transport
}

function namesOf({ transport, scope }: TrustEntry): { readonly name: string; readonly repository: string } {
  return transport === 'default' ? { name: '* (default)', repository: 'default' } : { name: scope, repository: scope }
}
