import { readTextIfExists } from '../../base/files.ts'
import type { AvailableIds } from '../spec/identity/explicit-mappings.ts'

/**
 * The ids of the user namespace of this process, and which ids of the machine they are, as far as
 * its own namespace goes.
 *
 * @see user_namespaces(7)
 */
export function readOwnIds(): { readonly uids: AvailableIds; readonly gids: AvailableIds } {
  const read = (file: string): AvailableIds => parseOwnIds(readTextIfExists(file, 1 << 16) ?? '')
  return { uids: read('/proc/self/uid_map'), gids: read('/proc/self/gid_map') }
}

/** @param text of /proc/self/uid_map or gid_map */
export function parseOwnIds(text: string): AvailableIds {
  const ofMachine = text.split('\n').flatMap((line) => {
    const [, inside, outside, size] = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*$/.exec(line) ?? []
    return inside === undefined ? [] : [{ containerID: Number(inside), hostID: Number(outside), size: Number(size) }]
  })
  return { extents: ofMachine.map(({ containerID: start, size }) => ({ start, size })), ofMachine }
}
