import { GoDuration, withoutUnit } from './duration.ts'
import { formatFloat } from './go-float.ts'
import { formatInteger } from './go-integer.ts'
import { quote } from './go-quote.ts'
import { isMap, isObject, kindOf, mapKeys, printValue } from './values.ts'

/** A directive of printf: `%-8.3f`. Source: Go's package fmt, "Printing". */
export interface Verb {
  readonly letter: string
  readonly plus: boolean
  readonly sharp: boolean
  readonly space: boolean
  readonly left: boolean
  readonly zero: boolean
  readonly width: number
  readonly precision: number | undefined
}

/** A value by a verb; of a list or a map each element by itself. */
export function formatVerb(value: unknown, verb: Verb): string {
  if (verb.letter === 'T') return pad(kindOf(value), verb)
  if (value === null || value === undefined) return verb.letter === 'v' ? pad('<nil>', verb) : `%!${verb.letter}(<nil>)`
  if (verb.letter === 'v' && verb.sharp) return pad(goSyntax(value), verb)
  if (Array.isArray(value)) return `[${value.map((item) => formatVerb(item, verb)).join(' ')}]`
  if (isMap(value)) {
    return `map[${mapKeys(value)
      .map((key) => `${formatVerb(key, verb)}:${formatVerb(value[key], verb)}`)
      .join(' ')}]`
  }
  if (isObject(value)) {
    const fields = Object.entries(value).filter(([, field]) => typeof field !== 'function')
    const named = verb.letter === 'v' && verb.plus
    return `{${fields.map(([name, field]) => `${named ? `${name}:` : ''}${formatVerb(field, verb)}`).join(' ')}}`
  }
  if (value instanceof GoDuration)
    return formatVerb('vsqxX'.includes(verb.letter) ? `${value}` : value.nanoseconds, verb)
  return formatScalar(value, verb) ?? `%!${verb.letter}(${kindOf(value)}=${printValue(value)})`
}

/** undefined where the verb is not for such a value. */
function formatScalar(value: unknown, verb: Verb): string | undefined {
  if (typeof value === 'boolean') return 'tv'.includes(verb.letter) ? pad(String(value), verb) : undefined
  if (typeof value === 'string') return formatText(value, verb)
  if (typeof value !== 'number') return undefined
  const { letter } = verb
  // `%+v` names fields, and says nothing of signs.
  const signed = letter === 'v' ? { ...verb, plus: false } : verb
  if (Number.isInteger(value)) {
    const text = formatInteger(value, signed)
    if (text !== undefined)
      return letter === 'c' || letter === 'q' || letter === 'U' ? pad(text, verb) : padNumber(text, verb)
  }
  return 'eEfFgGv'.includes(letter) ? padNumber(floatText(value, signed), verb) : undefined
}

function floatText(value: number, verb: Verb): string {
  const lower = verb.letter.toLowerCase()
  const kind = lower === 'e' || lower === 'f' ? lower : 'g'
  const text = formatFloat(value, kind, verb.precision ?? (kind === 'g' ? undefined : 6))
  const signed = !/^[-+]/.test(text) && (verb.plus || verb.space) ? `${verb.plus ? '+' : ' '}${text}` : text
  return verb.letter === 'E' || verb.letter === 'G' ? signed.toUpperCase() : signed
}

function formatText(value: string, verb: Verb): string | undefined {
  const cut = verb.precision === undefined ? value : [...value].slice(0, verb.precision).join('')
  switch (verb.letter) {
    case 's':
    case 'v':
      return pad(cut, verb)
    case 'q':
      return pad(quote(cut, { raw: verb.sharp, ascii: verb.plus }), verb)
    case 'x':
    case 'X': {
      const bytes = Buffer.from(value).subarray(0, verb.precision).toString('hex').match(/../g) ?? []
      const prefix = verb.sharp ? '0x' : ''
      const text = verb.space
        ? bytes.map((byte) => prefix + byte).join(' ')
        : (bytes.length > 0 ? prefix : '') + bytes.join('')
      return pad(verb.letter === 'X' ? text.toUpperCase() : text, verb)
    }
    default:
      return undefined
  }
}

/** `%#v`. */
function goSyntax(value: unknown): string {
  if (typeof value === 'string') return quote(value, { raw: false, ascii: false })
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (isMap(value)) {
    return `${kindOf(value)}{${mapKeys(value)
      .map((key) => `${goSyntax(key)}:${goSyntax(value[key])}`)
      .join(', ')}}`
  }
  if (isObject(value))
    return `struct{${Object.entries(value)
      .map(([name, field]) => `${name}:${goSyntax(field)}`)
      .join(', ')}}`
  return value === null || value === undefined ? 'interface {}(nil)' : printValue(withoutUnit(value))
}

function pad(text: string, { width, left, zero }: Verb): string {
  const missing = Math.max(0, width - [...text].length)
  if (left) return text + ' '.repeat(missing)
  return (zero ? '0' : ' ').repeat(missing) + text
}

/** Zeros go behind the sign. */
function padNumber(text: string, verb: Verb): string {
  if (!verb.zero || !/^[-+ ]?\d/.test(text)) return pad(text, { ...verb, zero: false })
  const sign = /^[-+ ]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(verb.width - sign.length, '0')
}
