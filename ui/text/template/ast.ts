/** A parsed template of Go's text/template, with those it defines. Source: pkg.go.dev/text/template, "Actions". */
export interface Template {
  readonly main: Body
  readonly defined: ReadonlyMap<string, Body>
}

export type Body = readonly TemplateNode[]

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range'
      readonly pipe: Pipe
      readonly body: Body
      readonly otherwise: Body
    }
  /** without a pipe its dot is nil */
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly kind: 'break' | 'continue' }

/** `$a, $b := command | command`. */
export interface Pipe {
  readonly variables: readonly string[]
  /** `=` sets a variable that exists, `:=` makes a new one */
  readonly assigns: boolean
  readonly commands: readonly Command[]
}

/** An operand and its arguments: `printf "%s" .Name`. */
export interface Command {
  readonly operands: readonly Operand[]
}

/** `path` is what is taken from the value: `.State.Pid` is `['State', 'Pid']` of the dot. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'dot'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe; readonly path: readonly string[] }
