import { RegistryFailure } from './errors.ts'

/** Why there was no answer; `not-tls` is a server that speaks plain HTTP where TLS was tried. */
export type UnreachableKind =
  | 'refused'
  | 'not-tls'
  | 'certificate'
  | 'no-name'
  | 'timeout'
  | 'closed'
  | 'protocol'
  | 'proxy'
  | 'other'

/** No answer from a host, or not a whole one. */
export class UnreachableFailure extends RegistryFailure {
  readonly kind: UnreachableKind

  constructor(
    host: string,
    kind: UnreachableKind,
    options: { reason: string; proxy?: string | undefined; hint?: string; cause?: unknown },
  ) {
    const isProtocol = kind === 'protocol'
    const by = options.proxy === undefined ? '' : ` through the proxy ${options.proxy}`
    const message = isProtocol
      ? `${host} does not speak HTTP: ${options.reason}`
      : `could not reach registry ${host}${by}: ${options.reason}`
    super(isProtocol ? 'E_REGISTRY_PROTOCOL' : 'E_REGISTRY_UNREACHABLE', message, {
      retryable: kind === 'refused' || kind === 'timeout' || kind === 'closed' || kind === 'other',
      ...(options.hint !== undefined && { hint: options.hint }),
      cause: options.cause,
    })
    this.kind = kind
  }
}

// Codes of Node.js (net, tls, dns), OpenSSL and undici.
const REASONS: Readonly<Record<string, readonly [kind: UnreachableKind, reason: string]>> = {
  ECONNREFUSED: ['refused', 'connection refused'],
  ECONNRESET: ['closed', 'connection closed'],
  EPIPE: ['closed', 'connection closed'],
  UND_ERR_SOCKET: ['closed', 'connection closed'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['closed', 'the answer ended early'],
  EHOSTUNREACH: ['other', 'no route to the host'],
  ENETUNREACH: ['other', 'no network'],
  ENOTFOUND: ['no-name', 'no such host'],
  EAI_AGAIN: ['other', 'its name could not be resolved for now'],
  ETIMEDOUT: ['timeout', 'timed out'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'timed out while connecting'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'timed out waiting for an answer'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'timed out in the middle of an answer'],
  HTTPParserError: ['protocol', 'the answer is malformed'],
  UND_ERR_HEADERS_OVERFLOW: ['protocol', 'too many headers'],
  UND_ERR_PRX_CONN: ['proxy', 'the proxy closed the connection'],
  UND_ERR_PRX_TLS: ['proxy', "the proxy's certificate is not accepted"],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ['certificate', 'it wants a client certificate'],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ['certificate', 'it does not accept our client certificate'],
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': ['certificate', 'it does not accept our client certificate'],
  EPROTO: ['not-tls', 'it does not speak TLS'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['not-tls', 'it does not speak TLS'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['not-tls', 'it does not speak TLS'],
  CERT_HAS_EXPIRED: ['certificate', 'its certificate has expired'],
  CERT_NOT_YET_VALID: ['certificate', 'its certificate is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['certificate', 'its certificate is for another name'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['certificate', 'its certificate is signed by nobody known'],
  SELF_SIGNED_CERT_IN_CHAIN: ['certificate', 'its certificate is signed by nobody known'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['certificate', 'its certificate is signed by nobody known'],
  UNABLE_TO_GET_ISSUER_CERT: ['certificate', 'its certificate is signed by nobody known'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['certificate', 'its certificate is signed by nobody known'],
}

const HINTS: Partial<Record<UnreachableKind, string>> = {
  'not-tls':
    'if it is meant to be plain HTTP, set insecure = true for it in registries.conf, or use --tls-verify=false',
  'no-name': 'check the spelling of the registry, and the network',
  refused: 'check the port, and that the registry runs there',
  timeout: 'check the network; what is behind a proxy is reached with $HTTPS_PROXY',
  other: 'check the network; what is behind a proxy is reached with $HTTPS_PROXY',
  proxy: 'check $HTTPS_PROXY and $HTTP_PROXY, or list the registry in $NO_PROXY',
}

/** What was on the way to the host. */
export interface Way {
  /** host and port of a proxy */
  readonly proxy?: string | undefined
  /** the directory of certs.d that was looked into */
  readonly certificates?: string | undefined
}

/** Turns what undici threw while talking to `host` into the words the user sees. */
export function unreachable(host: string, error: unknown, way: Way = {}): UnreachableFailure {
  const code = codeOf(error)
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined
  const [kind, reason] = (way.proxy === undefined ? undefined : proxyReason(error)) ?? known ?? fallback(code)
  const hint = kind === 'certificate' ? certificateHint(host, way) : HINTS[kind]
  return new UnreachableFailure(host, kind, {
    reason,
    proxy: way.proxy,
    cause: error,
    ...(hint !== undefined && { hint }),
  })
}

/** The body was shorter than announced, in a way only its reader can see. */
export function endedEarly(host: string): UnreachableFailure {
  return new UnreachableFailure(host, 'closed', { reason: 'the answer ended early' })
}

function certificateHint(host: string, { certificates }: Way): string {
  const place = certificates ?? `~/.config/containers/certs.d/${host}`
  return `put its authority into ${place} as ca.crt, add it to the system's, or use --tls-verify=false if you trust the network`
}

// Source: undici, lib/dispatcher/proxy-agent.js: the status is only in the words.
function proxyReason(error: unknown): readonly [UnreachableKind, string] | undefined {
  const message = error instanceof Error ? error.message : ''
  const status = /^Proxy (?:response|Authentication Required) \(([0-9]{3})\)/.exec(message)?.[1]
  if (status === undefined) return undefined
  return ['proxy', status === '407' ? 'the proxy wants a login' : `the proxy answered with status ${status}`]
}

function fallback(code: string): readonly [UnreachableKind, string] {
  return ['other', code === '' ? 'the connection failed' : code]
}

// The messages themselves are left out: they can quote a signed address.
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.name === 'HTTPParserError') return error.name
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}
