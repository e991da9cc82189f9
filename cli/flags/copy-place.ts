/** What a word of `cp` names: a path of the host, one of a container, or a stream. */
export type CopyWord =
  | { readonly kind: 'host'; readonly path: string }
  | { readonly kind: 'container'; readonly ref: string; readonly path: string }
  | { readonly kind: 'stream' }

/**
 * `CONTAINER:PATH`, `PATH` or `-`. A path with a colon is one of the host when it begins with `/` or `.`. Pure.
 * @see docker-cp(1), podman-cp(1)
 */
export function parseCopyPlace(word: string): CopyWord {
  if (word === '-') return { kind: 'stream' }
  const colon = word.indexOf(':')
  if (colon <= 0 || word.startsWith('/') || word.startsWith('.')) return { kind: 'host', path: word }
  return { kind: 'container', ref: word.slice(0, colon), path: word.slice(colon + 1) }
}
