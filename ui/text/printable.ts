/**
 * Text from outside (a registry's answer, a file name, what a container wrote) as one line of a
 * terminal: it must not forge lines, move the cursor or turn the direction of what is around it.
 */
export function oneLine(text: string): string {
  return printable(text.replace(/\s*\n\s*/g, '; '))
}

/** As `oneLine`, of what has no lines: a cell of a table. */
export function printable(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(UNPRINTABLE, '\ufffd')
}

/**
 * As `printable`, of text that has lines and columns: newlines and tabs stay. With `colours` so does what sets those
 * (ECMA-48, SGR), and nothing else a terminal would obey.
 */
export function printableLines(text: string, { colours }: { readonly colours: boolean }): string {
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return text
  const parts = colours ? text.split(COLOUR) : [text]
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(UNPRINTABLE, unlessLayout))).join('')
}

function unlessLayout(character: string): string {
  return character === '\n' || character === '\t' ? character : '\ufffd'
}

/**
 * Control characters, those that turn the direction (UAX #9), the separators of lines, halves of a character. As
 * ranges: every command loads this, and `\p{Cc}` has V8 load Unicode's tables first.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
const COLOUR = /(\x1b\[[0-9;:]*m)/

/**
 * A line of a log: what a program wrote for a terminal (colours, titles, the cursor) is left out,
 * a tab is room, and of what a carriage return has written over the last is left.
 */
export function printableLogLine(line: string): string {
  if (/^[\x20-\x7e]*$/.test(line)) return line
  return printable(lastWritten(line).replace(SEQUENCES, '').replaceAll('\t', '    '))
}

/** Of a line what is behind its last carriage return; those at its very end have written over nothing yet. */
export function lastWritten(line: string): string {
  let end = line.length
  while (end > 0 && line[end - 1] === '\r') end--
  return line.slice(end === 0 ? 0 : line.lastIndexOf('\r', end - 1) + 1, end)
}

/** Source: ECMA-48, 5.4 (CSI), 5.6 (strings, which may end with BEL in OSC) and 5.3 (two characters). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
const SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-Z\\`-~]/g
