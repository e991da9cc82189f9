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
/** With the longest labels they are as many bytes. */
const MOST_LINES = 900

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

/** The same for lines without sockets, however many. */
export function plainRequests(member: string, lines: readonly string[]): GatewayRequest[] {
  const requests: GatewayRequest[] = []
  for (let from = 0; from < lines.length; from += MOST_LINES)
    requests.push({ text: [`member ${member}`, ...lines.slice(from, from + MOST_LINES), ''].join('\n'), listeners: [] })
  return requests
}
