import { unsafeLayer } from './errors.ts'

export type Whiteout =
  /** hides what the lower layers have under this name */
  | { readonly kind: 'hidden'; readonly name: string }
  /** hides all that the lower layers have in the directory it is in */
  | { readonly kind: 'opaque' }
  /** of aufs, without a meaning */
  | { readonly kind: 'ignored' }

const PREFIX = '.wh.'

/**
 * What a file of this name in a layer means; `undefined` for a name like any other.
 * @throws {TspodError} E_LAYER_UNSAFE: it would hide the directory itself, or the one above
 * @see OCI image-spec, layer.md, "Whiteouts"
 */
export function whiteoutOf(name: string): Whiteout | undefined {
  if (!name.startsWith(PREFIX)) return undefined
  if (name === '.wh..wh..opq') return { kind: 'opaque' }
  if (name.startsWith('.wh..wh.')) return { kind: 'ignored' }
  const hidden = name.slice(PREFIX.length)
  if (hidden === '' || hidden === '.' || hidden === '..')
    throw unsafeLayer(`the whiteout ${JSON.stringify(name)} hides no file`)
  return { kind: 'hidden', name: hidden }
}
