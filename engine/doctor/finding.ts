/** What was found out about one thing that containers need. */
export interface Finding {
  readonly name: string
  /** `degraded`: it works, with something lost; `missing`: it is not there, or does not work */
  readonly state: 'ok' | 'degraded' | 'missing'
  /** what there is */
  readonly what: string
  /** what does not work for want of it; not where it is ok */
  readonly lost?: string
  /** the command that mends it, or what to do where none does */
  readonly mend?: string
  /** without it no container runs */
  readonly isEssential?: true
}

export function ok(name: string, what: string): Finding {
  return { name, state: 'ok', what }
}

export function degraded(name: string, what: string, { lost, mend }: { lost: string; mend?: string }): Finding {
  return { name, state: 'degraded', what, lost, ...(mend !== undefined && { mend }) }
}

export function missing(name: string, what: string, { lost, mend }: { lost: string; mend?: string }): Finding {
  return { name, state: 'missing', what, lost, ...(mend !== undefined && { mend }) }
}

/** As `missing`, of what no container runs without. */
export function essential(name: string, what: string, words: { lost?: string; mend?: string }): Finding {
  return { ...missing(name, what, { lost: 'no container runs', ...words }), isEssential: true }
}
