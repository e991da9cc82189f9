import { badTemplate } from './errors.ts'
import { printValue } from './values.ts'

const MAX_WIDTH = 1000

/** The verbs of Go's fmt that make sense for text: %s %v %d %q %x %t %f %g %c %%, with `-`, `0`, `+`, width and precision. */
export function formatPrintf(format: string, values: readonly unknown[]): string {
  let next = 0
  return format.replace(
    /%([-+# 0]*)(\d*)(?:\.(\d+))?(.?)/gsu,
    (whole, flags: string, width: string, precision, verb) => {
      if (verb === '%') return '%'
      if (verb === '') return '%!(NOVERB)'
      if (next >= values.length) return `%!${verb}(MISSING)`
      if (Number(width) > MAX_WIDTH || Number(precision ?? 0) > MAX_WIDTH)
        throw badTemplate(`width too large in ${whole}`)
      const text = formatVerb(verb, values[next++], precision === undefined ? undefined : Number(precision))
      const signed = flags.includes('+') && /^\d/.test(text) ? `+${text}` : text
      if (flags.includes('-')) return signed.padEnd(Number(width))
      return signed.padStart(Number(width), flags.includes('0') && /^[+-]?\d/.test(signed) ? '0' : ' ')
    },
  )
}

function formatVerb(verb: string, value: unknown, precision: number | undefined): string {
  const text = printValue(value)
  switch (verb) {
    case 's':
    case 'v':
      return precision === undefined ? text : [...text].slice(0, precision).join('')
    case 'd':
      return typeof value === 'number' ? String(Math.trunc(value)) : `%!d(${text})`
    case 'q':
      return JSON.stringify(text)
    case 't':
      return typeof value === 'boolean' ? text : `%!t(${text})`
    case 'x':
      return typeof value === 'number' ? Math.trunc(value).toString(16) : Buffer.from(text).toString('hex')
    case 'f':
      return typeof value === 'number' ? value.toFixed(Math.min(precision ?? 6, 100)) : `%!f(${text})`
    case 'g':
      return text
    case 'c':
      return typeof value === 'number' && value >= 0 && value <= 0x10ffff ? String.fromCodePoint(value) : `%!c(${text})`
    default:
      return `%!${verb}(${text})`
  }
}
