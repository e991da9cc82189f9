import { Box, Text, type TextProps, useInput, usePaste } from 'ink'
import { memo, type ReactElement } from 'react'
import type { Happening } from './happening.ts'
import type { Line, Span } from './line.ts'
import { toKeys } from './to-keys.ts'

interface ScreenProps {
  readonly lines: readonly Line[]
  readonly columns: number
  /** without it nothing but text is written: no colour, no bold, no inverse */
  readonly hasColour: boolean
  readonly dispatch: (happening: Happening) => void
}

/** The whole screen, and the keys that come from it. */
export function Screen({ lines, columns, hasColour, dispatch }: ScreenProps): ReactElement {
  useInput((input, key) => {
    for (const one of toKeys(input, key)) dispatch({ type: 'key', key: one })
  })
  usePaste((text) => dispatch({ type: 'paste', text }))
  return (
    <Box flexDirection="column" width={columns} height={lines.length} overflow="hidden">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its row
        <ScreenLine key={row} line={line} hasColour={hasColour} />
      ))}
    </Box>
  )
}

interface ScreenLineProps {
  readonly line: Line
  readonly hasColour: boolean
}

const ScreenLine = memo(function ScreenLine({ line, hasColour }: ScreenLineProps): ReactElement {
  const text = line.map((span) => span.text).join('')
  // A line without text would have no height.
  if (!hasColour || text === '') return <Text wrap="truncate">{text || ' '}</Text>
  return (
    <Text wrap="truncate">
      {line.map((span, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece of a line is its place
        <Text key={at} {...lookOf(span)}>
          {span.text}
        </Text>
      ))}
    </Text>
  )
})

function lookOf({ colour, isBold = false, isDim = false, isInverse = false }: Span): TextProps {
  return { bold: isBold, dimColor: isDim, inverse: isInverse, ...(colour && !isInverse ? { color: colour } : {}) }
}
