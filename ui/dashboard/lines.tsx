import { Box, Text, type TextProps } from 'ink'
import { memo, type ReactElement } from 'react'
import type { Line, Span } from './line.ts'

interface LinesProps {
  readonly lines: readonly Line[]
  readonly height: number
  /** without it nothing but text is written: no colour, no bold, no inverse */
  readonly hasColour: boolean
}

/** Lines of the screen, one below the other, as many as there is room for. */
export function Lines({ lines, height, hasColour }: LinesProps): ReactElement {
  return (
    <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
      {Array.from({ length: Math.min(height, lines.length) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its number
        <ScreenLine key={index} line={lines[index] ?? []} hasColour={hasColour} />
      ))}
    </Box>
  )
}

const ScreenLine = memo(function ScreenLine({
  line,
  hasColour,
}: {
  readonly line: Line
  readonly hasColour: boolean
}): ReactElement {
  const text = line.map((span) => span.text).join('')
  // A line without text would have no height.
  if (!hasColour || text === '') return <Text wrap="truncate">{text || ' '}</Text>
  return (
    <Text wrap="truncate">
      {line.map((span, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece of a line is its number
        <Text key={index} {...lookOf(span)}>
          {span.text}
        </Text>
      ))}
    </Text>
  )
})

function lookOf({ colour, isBold = false, isDim = false, isInverse = false }: Span): TextProps {
  return { bold: isBold, dimColor: isDim, inverse: isInverse, ...(colour && !isInverse ? { color: colour } : {}) }
}
