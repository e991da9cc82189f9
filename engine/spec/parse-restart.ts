import type { RestartPolicy } from '../container/config.ts'
import { badValue } from './bad-value.ts'

/**
 * `no`, `always`, `unless-stopped`, `on-failure[:times]`; '' is `no`.
 *
 * @throws {TspodError} E_BAD_RESTART
 * @see podman-run(1), "--restart"
 */
export function parseRestart(text: string): RestartPolicy {
  if (text === '' || text === 'no' || text === 'never') return { name: 'no', maximumRetryCount: 0 }
  if (text === 'always' || text === 'unless-stopped') return { name: text, maximumRetryCount: 0 }
  const [, times = '0'] = /^on-failure(?::(\d{1,9}))?$/.exec(text) ?? []
  if (/^on-failure(:\d{1,9})?$/.test(text)) return { name: 'on-failure', maximumRetryCount: Number(times) }
  throw badValue(
    'E_BAD_RESTART',
    '--restart',
    text,
    'no such policy',
    'use no, always, unless-stopped or on-failure[:TIMES]',
  )
}
