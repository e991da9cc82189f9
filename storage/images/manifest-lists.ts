import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import type { ManifestListRows } from '../state/manifest-lists.ts'
import { localNames, nameForTag } from './local-names.ts'
import type { ManifestList } from './manifest-list.ts'

/** `ref` is a name, a short one on localhost, an id, or the beginning of one id, from three digits on. */
export interface ManifestListStore {
  /** @throws {TspodError} E_AMBIGUOUS_REF */
  find(ref: string): ManifestList | undefined
  /** @throws {TspodError} E_LIST_NOT_FOUND, E_AMBIGUOUS_REF */
  resolve(ref: string): ManifestList
  /** newest first */
  list(): ManifestList[]
  /** Keeps the list as it is given, and the blobs as long as there is the list. */
  save(list: ManifestList, blobs: readonly Digest[]): ManifestList
  blobsOf(id: string): Digest[]
  /** Gives it one name more; returns the full name. @throws {TspodError} E_BAD_REFERENCE */
  tag(ref: string, name: string): string
  untag(name: string): void
  /** What nothing else needs of its blobs goes too. */
  remove(id: string): void
  /** The name of the list that `ref` is, in full; undefined where it is none. */
  nameOf(ref: string): string | undefined
}

const ID = /^(?:sha256:)?([0-9a-f]{3,64})$/

/** @param collect removes the files that nothing needs any more */
export function openManifestLists(rows: ManifestListRows, collect: () => void): ManifestListStore {
  const nameOf = (ref: string): string | undefined =>
    localNames(ref)?.exact.find((name) => rows.idOfName(name) !== undefined)

  const byId = (ref: string): string | undefined => {
    const prefix = ID.exec(ref)?.[1]
    if (prefix === undefined) return undefined
    const [id, other] = rows.idsWithPrefix(prefix)
    if (other === undefined) return id
    throw new TspodError('E_AMBIGUOUS_REF', `several ids of manifest lists begin with ${ref}`, {
      hint: 'give more digits',
    })
  }

  const store: ManifestListStore = {
    find(ref) {
      const name = nameOf(ref)
      const id = name === undefined ? byId(ref) : rows.idOfName(name)
      return id === undefined ? undefined : rows.get(id)
    },
    resolve(ref) {
      const list = store.find(ref)
      if (list) return list
      throw new TspodError('E_LIST_NOT_FOUND', `no manifest list ${ref}`, {
        hint: `make one with "tspod manifest create ${ref}"`,
      })
    },
    list: () => rows.list(),
    save(list, blobs) {
      rows.save(list, blobs)
      return store.resolve(list.id)
    },
    blobsOf: (id) => rows.blobsOf(id),
    tag(ref, name) {
      const full = nameForTag(name)
      rows.tag(full, store.resolve(ref).id)
      return full
    },
    untag: (name) => rows.untag(name),
    remove(id) {
      rows.remove(id)
      collect()
    },
    nameOf,
  }
  return store
}
