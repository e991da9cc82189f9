/** What the gateway is told, with the sockets that go with it: network/gateway/README.md. */
export interface GatewayRequest {
  readonly text: string
  readonly listeners: readonly Listener[]
}

/** A TCP socket of the host's, to be made by the launcher. */
export interface Listener {
  /** as it is shown: `0.0.0.0:8080/tcp` */
  readonly label: string
  /** struct sockaddr in hexadecimal */
  readonly address: string
  /** of version 6 alone */
  readonly v6Only: boolean
}

/** Descriptors and bytes that fit into one request. Source: network/gateway/README.md */
const MOST_LISTENERS = 240
const MOST_BYTES = 60_000

export interface ForwardLine {
  readonly line: string
  readonly listener: Listener
}

/** Puts lines together to as few requests as the gateway takes. */
export function gatewayRequests(
  member: string,
  lines: readonly string[],
  forwards: readonly ForwardLine[],
): GatewayRequest[] {
  const requests: { text: string; listeners: Listener[] }[] = []
  let current = { text: [`member ${member}`, ...lines, ''].join('\n'), listeners: [] as Listener[] }
  requests.push(current)
  for (const { line, listener } of forwards) {
    if (current.listeners.length === MOST_LISTENERS || current.text.length + line.length > MOST_BYTES) {
      current = { text: `member ${member}\n`, listeners: [] }
      requests.push(current)
    }
    current.text += `${line}\n`
    current.listeners.push(listener)
  }
  return requests
}
