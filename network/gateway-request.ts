/** What the gateway is told, with the sockets that go with it: network/gateway/README.md. */
export interface GatewayRequest {
  readonly text: string
  /** to be opened for appending; their lines come before those of the sockets */
  readonly files?: readonly string[]
  readonly listeners: readonly Listener[]
}

/** A socket of the host's, to be made by the launcher. */
export interface Listener {
  /** as it is shown: `0.0.0.0:8080/tcp` */
  readonly label: string
  readonly protocol: 'tcp' | 'udp'
  /** struct sockaddr in hexadecimal */
  readonly address: string
  /** of version 6 alone */
  readonly v6Only: boolean
}

/** Descriptors and bytes that fit into one request. Source: network/gateway/README.md */
const MOST_DESCRIPTORS = 240
const MOST_BYTES = 60_000
/** With the longest labels they are as many bytes. */
const MOST_LINES = 900

export interface ForwardLine {
  readonly line: string
  readonly listener: Listener
}

/** Lines that belong together, and a file that goes with one of them. */
export interface MemberLines {
  readonly text: string
  readonly file?: string
}

/** Puts lines together to as few requests as the gateway takes. */
export function gatewayRequests(
  member: string,
  lines: readonly MemberLines[],
  forwards: readonly ForwardLine[],
): GatewayRequest[] {
  const fresh = () => ({ text: `member ${member}\n`, files: [] as string[], listeners: [] as Listener[] })
  let current = fresh()
  // One at least: that it is a member is something to tell.
  const requests = [current]
  const parts: Part[] = [...lines, ...forwards.map(({ line, listener }) => ({ text: line, listener }))]
  for (const { text, file, listener } of parts) {
    if (isFull(current, text)) {
      current = fresh()
      requests.push(current)
    }
    current.text += `${text}\n`
    if (file !== undefined) current.files.push(file)
    if (listener) current.listeners.push(listener)
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

interface Part extends MemberLines {
  readonly listener?: Listener
}

function isFull({ text, files, listeners }: Required<GatewayRequest>, next: string): boolean {
  return files.length + listeners.length === MOST_DESCRIPTORS || text.length + next.length > MOST_BYTES
}
