const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

/**
 * A Go string literal; `raw` in backquotes where they can hold it, `ascii` without other characters.
 * Source: Go's strconv.Quote, and fmt's `%q`, `%#q` and `%+q`.
 */
export function quote(text: string, { raw, ascii }: { readonly raw: boolean; readonly ascii: boolean }): string {
  if (raw && /^[^`\p{Cc}\ufeff]*$/u.test(text.replaceAll('\t', ' '))) return `\`${text}\``
  const special = ascii ? /["\\]|[^\x20-\x7e]/gu : /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu
  return `"${text.replace(special, escaped)}"`
}

function escaped(character: string): string {
  const short = ESCAPES[character]
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
