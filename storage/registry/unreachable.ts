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
  | 'other'

/** No answer from a host, or not a whole one. */
export class UnreachableFailure extends RegistryFailure {
  readonly kind: UnreachableKind

  constructor(host: string, kind: UnreachableKind, options: { reason: string; hint?: string; cause?: unknown }) {
    const isProtocol = kind === 'protocol'
    const message = isProtocol
      ? `${host} does not speak HTTP: ${options.reason}`
      : `could not reach registry ${host}: ${options.reason}`
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
  certificate: "add the certificate's authority to the system's, or use --tls-verify=false if you trust the network",
  'no-name': 'check the spelling of the registry',
}

/** Turns what undici threw while talking to `host` into the words the user sees. */
export function unreachable(host: string, error: unknown): UnreachableFailure {
  const code = codeOf(error)
  const [kind, reason] = (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? fallback(code)
  const hint = HINTS[kind]
  return new UnreachableFailure(host, kind, { reason, cause: error, ...(hint !== undefined && { hint }) })
}

/** The body was shorter than announced, in a way only its reader can see. */
export function endedEarly(host: string): UnreachableFailure {
  return new UnreachableFailure(host, 'closed', { reason: 'the answer ended early' })
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
