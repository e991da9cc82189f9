import type { Completion } from './complete.ts'

/** As much as fits beside a name. */
const ABOUT_LENGTH = 60

/**
 * What the scripts read: `WORD<tab>ABOUT` for each candidate, and last a line of `:` and words that say
 * what else there is. What is no word for a shell is left out: nothing from outside makes lines or moves the cursor.
 */
export function completionLines(
  { candidates, paths, goesOn }: Completion,
  { noDescriptions }: { readonly noDescriptions: boolean },
): string[] {
  const lines = candidates
    .filter(({ word }) => !/[\p{Cc}\s]/u.test(word) && !word.startsWith(':'))
    .map(({ word, about }) => (noDescriptions || about === '' ? word : `${word}\t${shortened(about)}`))
  return [...new Set(lines), `:${[paths, goesOn ? 'nospace' : undefined].filter(Boolean).join(' ')}`]
}

function shortened(about: string): string {
  const line = about.replaceAll(/[\p{Cc}\s]+/gu, ' ')
  return line.length > ABOUT_LENGTH ? `${line.slice(0, ABOUT_LENGTH - 1)}…` : line
}
