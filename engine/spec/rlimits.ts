import { TspodError } from '../../base/errors.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import { exceeds, parseUlimit, type Rlimit, UNLIMITED } from './parse-ulimit.ts'

/**
 * The limits that `--ulimit` asks for; the last of a name counts. Others stay the caller's.
 *
 * @throws {TspodError} E_BAD_ULIMIT
 * @throws {TspodError} E_ULIMIT_TOO_HIGH: above the caller's hard limit, which only root can raise
 */
export function processRlimits(
  ulimits: readonly string[] | undefined,
  host: Pick<HostFacts, 'rootless' | 'rlimits'>,
): Rlimit[] {
  const wanted = (ulimits ?? []).flatMap((text) => parseUlimit(text) ?? [])
  const byType = new Map(wanted.map((limit) => [limit.type, limit]))
  for (const { type, hard } of byType.values()) {
    const own = host.rlimits[type]?.hard
    if (host.rootless && own !== undefined && exceeds(hard, own)) throw tooHigh(type, hard, own)
  }
  return [...byType.values()]
}

function tooHigh(type: string, wanted: number, own: number): TspodError {
  const name = type.slice('RLIMIT_'.length).toLowerCase()
  const shown = wanted === UNLIMITED ? 'unlimited' : wanted
  return new TspodError('E_ULIMIT_TOO_HIGH', `ulimit ${name}=${shown} is above your own hard limit of ${own}`, {
    hint: `ask for at most ${own}, or raise your limit (limits.conf(5), or LimitNOFILE= and its like in systemd)`,
  })
}
