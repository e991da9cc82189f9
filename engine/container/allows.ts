import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { ruleOf, type Verb } from './states.ts'

/** Words for what was wanted, where the verb alone does not make a sentence. */
const WANTED: Partial<Record<Verb, string>> = {
  attach: 'attach to',
  exec: 'run a command in',
  init: 'initialize',
  'rm -f': 'remove',
  'network reload': 'reload the network of',
  rm: 'remove',
  top: 'look into',
}

/**
 * Whether the verb has something to do with the container as it is now.
 *
 * @param row as `observe` or `settle` gave it
 * @param ref what the user called it
 * @throws {TspodError} E_CONTAINER_STATE, E_CONTAINER_NOT_RUNNING, E_CONTAINER_RUNNING: not in this state
 * @see states.ts
 */
export function allows(verb: Verb, row: Pick<ContainerRow, 'status' | 'id'>, ref: string): boolean {
  const rule = ruleOf(verb, row.status)
  if (rule.kind !== 'error') return rule.kind === 'works'
  const wanted = WANTED[verb] ?? verb
  const message =
    rule.code === 'E_CONTAINER_NOT_RUNNING'
      ? `cannot ${wanted} container ${ref}: ${ref} is not running, it is ${row.status}`
      : `cannot ${wanted} container ${ref} as it is ${row.status}`
  throw new TspodError(rule.code, message, {
    exitCode: rule.exitCode,
    ...(rule.hint === undefined ? {} : { hint: rule.hint }),
  })
}
