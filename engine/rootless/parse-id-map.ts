import type { IdMapping } from '../spec/oci.ts'

/**
 * The ids inside the namespace, each mapped to itself: what a namespace nested in this one can be
 * given. One entry a line, since the kernel wants each inside one of its parent's.
 *
 * @param text of /proc/self/uid_map or gid_map
 * @see user_namespaces(7)
 */
export function parseIdMap(text: string): IdMapping[] {
  return text.split('\n').flatMap((line) => {
    const [, inside, size] = /^\s*(\d{1,10})\s+\d{1,10}\s+(\d{1,10})\s*$/.exec(line) ?? []
    return inside === undefined ? [] : [{ containerID: Number(inside), hostID: Number(inside), size: Number(size) }]
  })
}
