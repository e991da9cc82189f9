/** From this exponent on a number without a precision is written with one. */
const SHORTEST_LIMIT = 6

/**
 * A number by %e, %f or %g, `precision` digits or as many as it needs.
 * Source: Go's strconv.FormatFloat.
 */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision: number | undefined): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (verb === 'f') return precision === undefined ? plain(value) : toFixedEven(value, Math.min(precision, 100))
  if (verb === 'e') return exponential(value, precision)
  const digits = precision === undefined ? undefined : Math.max(1, precision)
  const [mantissa = '', exponent = '0'] = exponential(value, digits === undefined ? undefined : digits - 1).split('e')
  const power = Number(exponent)
  if (power < -4 || power >= (digits ?? SHORTEST_LIMIT)) return `${trimZeros(mantissa)}e${exponent}`
  return trimZeros(
    digits === undefined ? plain(value) : toFixedEven(value, Math.max(0, Math.min(100, digits - 1 - power))),
  )
}

/** `1.5e+06`: at least two digits of exponent. */
function exponential(value: number, precision: number | undefined): string {
  const text = precision === undefined ? value.toExponential() : value.toExponential(Math.min(precision, 100))
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

function plain(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return value.toFixed(Math.min(100, Math.max(0, -Number(text.split('e')[1]) + text.length)))
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** As toFixed, but of two equally near numbers the one that ends even, as C's and Go's. */
function toFixedEven(value: number, digits: number): string {
  const exact = Math.abs(value).toFixed(100)
  const point = exact.indexOf('.')
  const kept = digits === 0 ? exact.slice(0, point) : exact.slice(0, point + 1 + digits)
  const isTie = /^50*$/.test(exact.slice(point + 1 + digits)) && /[02468]$/.test(kept)
  return isTie ? (value < 0 ? '-' : '') + kept : value.toFixed(digits)
}
