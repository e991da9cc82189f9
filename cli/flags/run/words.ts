/** Says that something that is on unless it is turned off was turned off. */
export const OFF = { off: true } as const

/** That a switch was turned off is said, too: something else may have turned it on. */
export function onOrOff(value: boolean | undefined): true | typeof OFF | undefined {
  return value === false ? OFF : value
}

type Kept<T> = T extends undefined ? never : T extends typeof OFF ? false : T

/** Without what says nothing: undefined, false and empty lists. */
export function present<T extends object>(values: T): { [K in keyof T]?: Kept<T[K]> } {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  )
  // Only members that are there and not undefined were kept.
  return Object.fromEntries(kept.map(([name, value]) => [name, value === OFF ? false : value])) as {
    [K in keyof T]?: Kept<T[K]>
  }
}

/** The parser has let only these through. */
export function oneOf<T extends string>(value: string | undefined, values: readonly T[]): T | undefined {
  return values.find((known) => known === value)
}
