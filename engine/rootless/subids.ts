import { type ChildResult, runChild } from '../../base/child.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { IdRange } from './id-range.ts'
import { parseGetsubids, parseSubids, type SubidOwner, type Subids } from './parse-subids.ts'

/** Starts a program and waits for it; undefined where there is none of this name. */
export type RunProgram = (file: string, argv: readonly string[]) => Pick<ChildResult, 'exitCode' | 'stdout'> | undefined

/** Texts of the files; '' where there is none. */
export interface SubidFiles {
  readonly subuid: string
  readonly subgid: string
  readonly nsswitch: string
}

export interface CallerSubids {
  readonly subuids: readonly IdRange[]
  readonly subgids: readonly IdRange[]
  /** one line each, for the user */
  readonly notices: readonly string[]
}

const MAX_BYTES = 16 << 20

/** The ids that the administrator gave this user, from the files or, where nsswitch.conf says so, from getsubids. */
export function readSubids(name: string, uid: number): CallerSubids {
  const read = (path: string): string => readTextIfExists(path, MAX_BYTES) ?? ''
  return findSubids(
    { name, uid },
    { subuid: read('/etc/subuid'), subgid: read('/etc/subgid'), nsswitch: read('/etc/nsswitch.conf') },
    (file, argv) => runChild(file, argv, { timeoutMs: 10_000 }),
  )
}

/** As `readSubids`, of these texts; `run` is only called where the files have nothing for the user. */
export function findSubids(owner: SubidOwner, files: SubidFiles, run: RunProgram): CallerSubids {
  const find = (text: string, path: string, flags: readonly string[]): Subids => {
    const subids = parseSubids(text, owner, path)
    if (subids.ranges.length > 0 || owner.name === '' || !hasOtherSource(files.nsswitch)) return subids
    const result = run('getsubids', [...flags, owner.name])
    return result?.exitCode === 0 ? parseGetsubids(result.stdout, owner) : subids
  }
  const users = find(files.subuid, '/etc/subuid', [])
  const groups = find(files.subgid, '/etc/subgid', ['-g'])
  return { subuids: users.ranges, subgids: groups.ranges, notices: [...users.notices, ...groups.notices] }
}

/** Source: nsswitch.conf(5) and subuid(5): `subid: sss` takes the place of the files. */
function hasOtherSource(nsswitch: string): boolean {
  const line = nsswitch.split('\n').find((one) => /^\s*subid\s*:/.test(one)) ?? ''
  const sources = (line.split('#', 1)[0] ?? '').split(':')[1]?.trim().split(/\s+/) ?? []
  return sources.some((source) => source !== '' && source !== 'files')
}
