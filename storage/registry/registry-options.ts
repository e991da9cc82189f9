import type { FindCredentials } from './authorizer.ts'
import type { AuthoritySources } from './certificates.ts'
import type { Timeouts } from './dispatchers.ts'
import type { CertificatePlaces } from './host-certificates.ts'
import type { ProxySettings } from './proxy.ts'
import { DEFAULT_RETRY, type RetryOptions, type RetryPolicy } from './retry.ts'
import { DEFAULT_TIMEOUTS, openWire } from './transport.ts'

/** How to talk to registries, whichever they are. */
export interface RegistryOptions {
  readonly userAgent: string
  /** things worth a line to the user, which do not stop what is done */
  readonly onNotice?: (message: string) => void
  readonly credentialsFor?: FindCredentials
  readonly authorities?: AuthoritySources
  readonly certificates?: CertificatePlaces
  readonly proxy?: ProxySettings | undefined
  readonly signal?: AbortSignal | undefined
  readonly timeouts?: Partial<Timeouts>
  readonly retry?: Partial<RetryPolicy>
  /** the clock that tokens expire by */
  readonly nowMs?: () => number
}

/** The options with what they leave open filled in, and a wire that is open until `close`. */
export function openRequests(options: RegistryOptions) {
  const { userAgent, authorities, certificates, proxy, signal } = options
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const wire = openWire({ userAgent, authorities, certificates, proxy, signal, timeouts })
  const retry: RetryOptions = {
    policy: { ...DEFAULT_RETRY, ...options.retry },
    onNotice: options.onNotice ?? (() => undefined),
    signal,
  }
  const authorization = {
    wire,
    credentialsFor: options.credentialsFor ?? (() => undefined),
    nowMs: options.nowMs ?? Date.now,
  }
  return { authorization, retry, close: () => wire.close() }
}
