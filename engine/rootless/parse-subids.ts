import { type IdRange, MAX_ID, overlaps } from './id-range.ts'

/** Whom the ranges belong to. Both files name users, also the one of group ids. */
export interface SubidOwner {
  /** '' where the user database does not know it */
  readonly name: string
  readonly uid: number
}

export interface Subids {
  /** in the order of the file; none overlaps another */
  readonly ranges: readonly IdRange[]
  /** one line each, for the user: what was left out, and why */
  readonly notices: readonly string[]
}

/**
 * The owner's lines of /etc/subuid or /etc/subgid, which have its name or its uid. White space
 * around the fields, empty lines and lines that begin with `#` are passed over; so are lines that
 * are wrong, with a notice where they are the owner's.
 *
 * @param path for the notices
 * @see subuid(5)
 */
export function parseSubids(text: string, owner: SubidOwner, path: string): Subids {
  const ranges: IdRange[] = []
  const notices: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const [name = '', start = '', count = '', ...more] = line.split(':').map((field) => field.trim())
    if (line.trim().startsWith('#') || !isOwner(name, owner)) continue
    const range = parseRange(start, count)
    const place = `${path}, line ${index + 1}`
    if (range === undefined || more.length > 0) notices.push(`${place}: left out, because it is not a range of ids`)
    else if (ranges.some((other) => overlaps(other, range)))
      notices.push(`${place}: left out, because it overlaps a range before it`)
    else ranges.push(range)
  }
  return { ranges, notices }
}

/**
 * What `getsubids NAME` prints, a range a line: `0: name 100000 65536`.
 *
 * @see getsubids(1)
 */
export function parseGetsubids(output: string, owner: SubidOwner): Subids {
  const lines = output.split('\n').map((line) => line.trim().split(/\s+/))
  const asFile = lines.flatMap(([index = '', ...fields]) => (/^\d+:$/.test(index) ? [fields.join(':')] : []))
  return parseSubids(asFile.join('\n'), owner, 'getsubids')
}

function isOwner(name: string, owner: SubidOwner): boolean {
  return name !== '' && (name === owner.name || name === `${owner.uid}`)
}

function parseRange(startText: string, countText: string): IdRange | undefined {
  if (!/^\d{1,10}$/.test(startText) || !/^\d{1,10}$/.test(countText)) return undefined
  const [start, count] = [Number(startText), Number(countText)]
  return start > 0 && count > 0 && start + count - 1 <= MAX_ID ? { start, count } : undefined
}
