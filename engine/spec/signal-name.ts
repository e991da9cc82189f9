import { constants } from 'node:os'

const RTMIN = 34
const RTMAX = 64

/** `SIGTERM` for 15, `SIGRTMIN+3` for 37; the number where it has no name. Source: signal(7). */
export function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === number)?.[0]
  if (known !== undefined) return known
  if (number < RTMIN || number > RTMAX) return `${number}`
  return number === RTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - RTMIN}`
}
