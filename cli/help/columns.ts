/** Rows of two columns, the second one wrapped to the width. A first one that is too long has a line of its own. Pure. */
export function twoColumns(
  rows: readonly (readonly [name: string, text: string])[],
  { nameWidth, width }: { readonly nameWidth: number; readonly width: number },
): string[] {
  const indent = ' '.repeat(nameWidth + 4)
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, width - indent.length)
    const [first = '', ...rest] = lines
    const continued = rest.map((line) => `${indent}${line}`)
    return name.length > nameWidth
      ? [`  ${name}`, ...lines.map((line) => `${indent}${line}`)]
      : [`  ${name.padEnd(nameWidth)}  ${first}`.trimEnd(), ...continued]
  })
}

/** How wide the first column is: as its longest name, but for those that would leave too little for the second. */
export function nameWidthOf(names: readonly string[], width: number): number {
  const most = Math.max(16, Math.floor(width * 0.4))
  return Math.max(0, ...names.map((name) => name.length).filter((length) => length <= most))
}

/** Words that fit in `width` on each line; one that is longer has its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
