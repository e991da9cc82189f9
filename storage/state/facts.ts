import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

/** What was found out about the host and need not be found out again. Losing one costs only time. */
export interface Facts {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

export function openFacts(database: Database): Facts {
  return {
    get: (key) =>
      database.prepare<[string], { value: string }>('SELECT value FROM facts WHERE key = ?').get(key)?.value,
    set: (key, value) => {
      // Small, and among them is what is still to be removed.
      freeing(database, () =>
        database.prepare('INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)').run(key, value),
      )
    },
  }
}
