/**
 * The candidate closest to a misspelt word, for a hint; `undefined` where none is close enough
 * to be what was meant. Distance: Damerau-Levenshtein with adjacent transpositions.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return closest(word, candidates, Math.max(1, Math.floor(word.length / 3)))
}

/**
 * As a hint: the name that was meant by one that nothing has, where one is at most two letters away, before `advice`.
 * One letter, for names so short that two are most of them; none of a name of one letter.
 */
export function orMeant(name: string, names: Iterable<string>, advice: string): string {
  const meant = closest(name, names, name.length < 2 ? 0 : name.length < 4 ? 1 : 2)
  return meant === undefined ? advice : `did you mean ${meant}? Else ${advice}`
}

function closest(word: string, candidates: Iterable<string>, maxDistance: number): string | undefined {
  if (word.length > 64) return undefined
  let best: string | undefined
  let bestDistance = maxDistance + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(word, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
