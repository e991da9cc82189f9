/**
 * The words of a line of a Dockerfile: quotes and backslashes taken off, and `$NAME`, `${NAME}`,
 * `${NAME:-default}` and `${NAME:+other}` replaced, except in single quotes. What an unknown name
 * stands for is nothing.
 *
 * @see Dockerfile reference, "Environment replacement"
 */
export function splitWords(line: string, variables: ReadonlyMap<string, string> = new Map()): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; ) {
    const char = line[at] ?? ''
    if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
      at++
    } else if (char === quote || (quote === '' && (char === '"' || char === "'"))) {
      quote = char === quote ? '' : char
      word ??= ''
      at++
    } else {
      const piece = nextPiece(line.slice(at), { quote, variables })
      word = (word ?? '') + piece.text
      at += piece.length
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

interface Around {
  /** the one that is open, or '' */
  readonly quote: string
  readonly variables: ReadonlyMap<string, string>
}

const VARIABLE = /^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::([-+])([^}]*))?\})/

function nextPiece(rest: string, { quote, variables }: Around): { readonly text: string; readonly length: number } {
  const [char = '', next = ''] = rest
  if (quote === "'") return { text: char, length: 1 }
  // In double quotes a backslash means something only before these.
  if (char === '\\' && next !== '' && (quote === '' || '"\\$'.includes(next))) return { text: next, length: 2 }
  const [whole, plain, braced, sign, other = ''] = char === '$' ? (VARIABLE.exec(rest) ?? []) : []
  if (whole === undefined) return { text: char, length: char.length }
  const value = variables.get(plain ?? braced ?? '') ?? ''
  const isSet = value !== ''
  const text = sign === '-' ? (isSet ? value : other) : sign === '+' ? (isSet ? other : '') : value
  return { text, length: whole.length }
}
