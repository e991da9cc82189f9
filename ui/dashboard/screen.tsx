import { Box, useInput, usePaste } from 'ink'
import type { ReactElement } from 'react'
import type { Happening } from './happening.ts'
import { Lines } from './lines.tsx'
import { bodyHeight, type Model } from './model.ts'
import { toKeys } from './to-keys.ts'
import { drawBody } from './views/body.ts'
import { drawBottom } from './views/bottom.ts'
import { drawHeader } from './views/header.ts'

interface ScreenProps {
  readonly model: Model
  readonly hasColour: boolean
  readonly dispatch: (happening: Happening) => void
}

/** The whole screen. */
export function Screen({ model, hasColour, dispatch }: ScreenProps): ReactElement {
  useInput((input, key) => {
    for (const one of toKeys(input, key)) dispatch({ type: 'key', key: one })
  })
  usePaste((text) => dispatch({ type: 'paste', text }))
  return (
    <Box flexDirection="column" width={model.columns} height={model.rows} overflow="hidden">
      <Lines lines={[drawHeader(model)]} height={1} hasColour={hasColour} />
      <Lines lines={drawBody(model)} height={bodyHeight(model) + 1} hasColour={hasColour} />
      <Lines lines={drawBottom(model)} height={2} hasColour={hasColour} />
    </Box>
  )
}
