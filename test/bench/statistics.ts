export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Of at least one sample; the median of an even number of them lies between the middle two. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1]
  const high = sorted[Math.floor(middle)]
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined || min === undefined || max === undefined) {
    throw new Error('no samples to summarize')
  }
  return { median: (low + high) / 2, min, max }
}
