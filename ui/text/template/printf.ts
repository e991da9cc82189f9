import { badTemplate } from './errors.ts'
import { formatVerb, type Verb } from './format-verb.ts'
import { kindOf, printValue } from './values.ts'

const MAX_WIDTH = 1000
const DIRECTIVE = /%([-+# 0]*)(\[\d{1,4}\])?(\*|\d{1,9})?(?:(\.)(\[\d{1,4}\])?(\*|\d{1,9})?)?(\[\d{1,4}\])?(.?)/gsu

/**
 * Go's fmt.Sprintf: all flags, `*` and `[n]`; what does not fit is said in the text, `%!d(string=x)`.
 *
 * @throws {TspodError} E_BAD_TEMPLATE: a width that is not for people
 */
export function formatPrintf(format: string, values: readonly unknown[]): string {
  const taken = { next: 0, reordered: false }
  const choose = (index: string | undefined): void => {
    if (index === undefined) return
    taken.next = Number(index.slice(1, -1)) - 1
    taken.reordered = true
  }
  const size = (text: string | undefined, whole: string): number | undefined => {
    const number = text === '*' ? values[taken.next++] : text === undefined ? undefined : Number(text)
    if (number === undefined) return undefined
    if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > MAX_WIDTH) {
      throw badTemplate(`width too large in ${whole}`)
    }
    return number
  }
  const text = format.replace(DIRECTIVE, (whole, ...groups) => {
    const [flags, widthIndex, widthText, dot, precisionIndex, precisionText, verbIndex, letter] = groups as string[]
    choose(widthIndex)
    const width = size(widthText, whole)
    choose(precisionIndex)
    const precision = size(precisionText, whole) ?? (dot === '.' ? 0 : undefined)
    choose(verbIndex)
    if (letter === '%') return '%'
    if (letter === undefined || letter === '') return '%!(NOVERB)'
    const at = taken.next++
    if (at < 0 || at >= values.length) return `%!${letter}(${taken.reordered ? 'BADINDEX' : 'MISSING'})`
    return formatVerb(values[at], verbOf(letter, flags ?? '', { width, precision }))
  })
  return taken.reordered ? text : text + extra(values.slice(taken.next))
}

/** A negative width, which only `*` can give, is one to the left. A negative precision is none. */
function verbOf(
  letter: string,
  flags: string,
  sizes: { readonly width: number | undefined; readonly precision: number | undefined },
): Verb {
  const { width = 0, precision } = sizes
  const left = flags.includes('-') || width < 0
  return {
    letter,
    plus: flags.includes('+'),
    sharp: flags.includes('#'),
    space: flags.includes(' '),
    left,
    zero: flags.includes('0') && !left,
    width: Math.abs(width),
    precision: precision !== undefined && precision < 0 ? undefined : precision,
  }
}

function extra(values: readonly unknown[]): string {
  if (values.length === 0) return ''
  const shown = values.map((value) =>
    value === null || value === undefined ? '<nil>' : `${kindOf(value)}=${printValue(value)}`,
  )
  return `%!(EXTRA ${shown.join(', ')})`
}
