/** A line of the screen, in pieces. Their text is printable, and has room. */
export type Line = readonly Span[]

export type Colour = 'green' | 'red' | 'yellow' | 'blue' | 'cyan' | 'magenta'

export interface Span {
  readonly text: string
  readonly colour?: Colour | undefined
  readonly isBold?: boolean
  readonly isDim?: boolean
  readonly isInverse?: boolean
}
