const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']

/** `1.09GB`: decimal units, at most `digits` significant digits. Source: go-units HumanSizeWithPrecision, which is `%.*g`. */
export function formatSize(bytes: number, digits = 3): string {
  return scaled(bytes, { digits, base: 1000, units: UNITS })
}

/** `1.5GiB`: binary units, at most four significant digits. Source: go-units BytesSize. */
export function formatBinarySize(bytes: number): string {
  return scaled(bytes, { digits: 4, base: 1024, units: BINARY_UNITS })
}

function scaled(
  bytes: number,
  { digits, base, units }: { readonly digits: number; readonly base: number; readonly units: readonly string[] },
): string {
  let value = bytes
  let unit = 0
  while (value >= base && unit < units.length - 1) {
    value /= base
    unit++
  }
  return `${significant(value, digits)}${units[unit]}`
}

/** C's `%.3g`: trailing zeros dropped; what rounds up to more digits than asked for is in exponent form (`1e+03kB`, seen in docker). */
function significant(value: number, digits: number): string {
  if (value === 0) return '0'
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  if (power < digits && power >= -4)
    return trim(Number(`${mantissa}e${power}`).toFixed(Math.max(0, digits - 1 - power)))
  const sign = power < 0 ? '-' : '+'
  return `${trim(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
}
