/** A part of a text: from one character of it to another, which is not in it any more. */
export type Hit = readonly [start: number, end: number]

/** What finds a text, in whatever case its letters are; undefined for one that finds nothing. */
export function patternOf(search: string): RegExp | undefined {
  return search === '' ? undefined : new RegExp(search.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu')
}

/** Where a text has what is searched for. It is as it is drawn: nobody looks for what he does not see. Pure. */
export function hitsIn(text: string, pattern: RegExp | undefined): readonly Hit[] {
  if (pattern === undefined) return []
  return [...text.matchAll(pattern)].map((hit) => [hit.index, hit.index + hit[0].length])
}

export function hasHit(text: string, pattern: RegExp | undefined): boolean {
  return pattern !== undefined && text.search(pattern) >= 0
}

/** The next of so many that is a hit, behind `from` or before it, and round; it comes last itself. */
export function nextHit(
  count: number,
  { from, direction }: { readonly from: number; readonly direction: 1 | -1 },
  isHit: (index: number) => boolean,
): number | undefined {
  for (let step = 1; step <= count; step++) {
    const index = (((from + direction * step) % count) + count) % count
    if (isHit(index)) return index
  }
  return undefined
}
