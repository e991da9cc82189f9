import type { Finding } from '../../engine/doctor/finding.ts'
import { oneLine } from '../../ui/text/printable.ts'

const NAME_WIDTH = 20

/** SGR: green, yellow, red. Source: ECMA-48. */
const COLOURS = { ok: 32, degraded: 33, missing: 31 } as const

/** A line a finding, and below what is lost and what mends it. Pure. */
export function doctorLines(findings: readonly Finding[], { color }: { readonly color: boolean }): string[] {
  return findings.flatMap(({ state, name, what, lost, mend }) => {
    const word = state.padEnd(9)
    const shown = color ? `\u001b[${COLOURS[state]}m${word}\u001b[39m` : word
    return [
      `${shown} ${name.padEnd(NAME_WIDTH)} ${oneLine(what)}`,
      ...(lost === undefined ? [] : [`          lost: ${oneLine(lost)}`]),
      ...(mend === undefined ? [] : [`          mend: ${oneLine(mend)}`]),
    ]
  })
}

/** 0: all is ok; 1: something is lost; 2: no container can run. Pure. */
export function doctorStatus(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ isEssential }) => isEssential)) return 2
  return findings.every(({ state }) => state === 'ok') ? 0 : 1
}
