/** Ids from `start` on; never empty. */
export interface IdRange {
  readonly start: number
  readonly count: number
}

/** Source: user_namespaces(7): (uid_t) -1 is no id. */
export const MAX_ID = 2 ** 32 - 2

/** What is left of `range` without one id: none, one or two ranges. */
export function withoutId(range: IdRange, id: number): IdRange[] {
  const end = range.start + range.count
  if (id < range.start || id >= end) return [range]
  return [
    { start: range.start, count: id - range.start },
    { start: id + 1, count: end - id - 1 },
  ].filter(({ count }) => count > 0)
}

export function overlaps(a: IdRange, b: IdRange): boolean {
  return a.start < b.start + b.count && b.start < a.start + a.count
}
