/**
 * Fields with commas between them, as a line of CSV: one that holds a comma is in quotes, and two
 * quotes in there are one. Undefined where a quote has no end. Source: RFC 4180, which docker's and
 * podman's --mount follow.
 */
export function splitFields(text: string): string[] | undefined {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      const [quoted] = /^"(?:[^"]|"")*"(?=,|$)/.exec(text.slice(at)) ?? []
      if (quoted === undefined) return undefined
      fields.push(quoted.slice(1, -1).replaceAll('""', '"'))
      at += quoted.length
    } else {
      const comma = text.indexOf(',', at)
      fields.push(text.slice(at, comma < 0 ? undefined : comma))
      at = comma < 0 ? text.length : comma
    }
    if (at >= text.length) return fields
    at += 1
  }
}
