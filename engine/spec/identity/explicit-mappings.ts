import type { RunRequest } from '../../request.ts'
import type { IdMapping } from '../oci.ts'
import { type Extent, findOverlap, identityOf, insertMapping, mergeMappings } from './id-mappings.ts'
import { badMap, type MapEntry, parseMapEntry } from './parse-id-triple.ts'

/** Ids of one kind: what there is of them outside, and where they stand on the machine. */
export interface AvailableIds {
  readonly extents: readonly Extent[]
  /** `hostID` is an id of the machine, `containerID` the one that stands for it here */
  readonly ofMachine: readonly IdMapping[]
}

export interface Mappings {
  readonly uids: readonly IdMapping[]
  readonly gids: readonly IdMapping[]
}

/**
 * What `--uidmap` and `--gidmap` say. Where only one of them is given, it is for both. Ids that only
 * go over others, with `+`, go over the mapping that a container has otherwise.
 *
 * @throws {TspodError} E_BAD_ID_MAP
 * @see podman-run(1), "--uidmap", "--gidmap"
 */
export function explicitMappings(
  request: Pick<RunRequest, 'uidmap' | 'gidmap'>,
  available: { readonly uids: AvailableIds; readonly gids: AvailableIds },
): Mappings {
  const forUids = (request.uidmap ?? []).map((text) => ({ text, entry: parseMapEntry(text) }))
  const forGids = (request.gidmap ?? []).map((text) => ({ text, entry: parseMapEntry(text) }))
  const [given, others] = [[...forUids, ...forGids], { uids: forUids, gids: forGids }]
  const entriesOf = (kind: 'uids' | 'gids'): readonly Written[] => {
    const named = given.filter(({ entry }) => entry.only === kind)
    const plain = others[kind].filter(({ entry }) => entry.only === undefined)
    if (named.length + plain.length > 0) return [...plain, ...named]
    return given.filter(({ entry }) => entry.only === undefined)
  }
  return {
    uids: combine(entriesOf('uids'), available.uids),
    gids: combine(entriesOf('gids'), available.gids),
  }
}

interface Written {
  readonly text: string
  readonly entry: MapEntry
}

function combine(entries: readonly Written[], available: AvailableIds): IdMapping[] {
  const first = entries[0]
  let mappings: IdMapping[] = !first || first.entry.extends ? identityOf(available.extents) : []
  for (const written of entries) {
    const mapping = toOurs(written, available)
    if (written.entry.extends) {
      mappings = insertMapping(mappings, mapping)
      continue
    }
    mappings = [...mappings, mapping]
    for (const side of ['containerID', 'hostID'] as const) {
      const overlap = findOverlap(mappings, side)
      if (overlap) {
        const what = side === 'containerID' ? 'ids of the container' : 'ids outside'
        throw badMap(written.text, `it has ${what} that another one has`, 'put + before it to let it go over the other')
      }
    }
  }
  return mergeMappings(mappings)
}

/** An id of the machine as the id that stands for it here. */
function toOurs({ text, entry }: Written, { ofMachine }: AvailableIds): IdMapping {
  const { containerID, hostID, size } = entry
  if (!entry.ofMachine) return { containerID, hostID, size }
  const line = ofMachine.find((one) => hostID >= one.hostID && hostID + size <= one.hostID + one.size)
  if (line) return { containerID, hostID: line.containerID + (hostID - line.hostID), size }
  throw badMap(text, 'not all of these ids of the machine are yours', 'see /etc/subuid and /etc/subgid')
}
