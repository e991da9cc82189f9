import { constants } from 'node:os'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'

// glibc keeps 32 and 33 for itself. Source: signal(7), "Real-time signals".
const RTMIN = 34
const RTMAX = 64
const SIGTERM = 15

/**
 * The number of a signal: `SIGTERM`, `term`, `15`, `SIGRTMIN+3`, `rtmax-1`.
 *
 * @throws {TspodError} E_BAD_SIGNAL
 * @see signal(7)
 */
export function parseSignal(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : byName(text.toUpperCase().replace(/^SIG/, ''))
  if (number === undefined || number < 1 || number > RTMAX) {
    throw badValue(
      'E_BAD_SIGNAL',
      'signal',
      text,
      'no such signal',
      'use a name or number of signal(7), as in SIGTERM or 15',
    )
  }
  return number
}

/** The number of the signal that ends the container: --stop-signal, else the image's, else SIGTERM. */
export function stopSignal(request: RunRequest, image: Pick<ImageConfig, 'stopSignal'>): number {
  const text = request.stopSignal ?? image.stopSignal
  return text === '' ? SIGTERM : parseSignal(text)
}

function byName(name: string): number | undefined {
  const [, base, sign, distance] = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name) ?? []
  if (base === undefined) return Object.entries(constants.signals).find(([known]) => known === `SIG${name}`)?.[1]
  const number = (base === 'MIN' ? RTMIN : RTMAX) + Number(`${sign ?? '+'}${distance ?? 0}`)
  return number >= RTMIN && number <= RTMAX ? number : undefined
}
