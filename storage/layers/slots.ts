/** Lets so many do something at once; the others wait their turn. */
export interface Slots {
  /** Resolves when one is free. Dispose of it to give it back. */
  take(): Promise<Disposable>
}

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  const slot: Disposable = {
    [Symbol.dispose]: () => {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
  return {
    async take() {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return slot
    },
  }
}
