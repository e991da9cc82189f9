import { TspodError } from '../../base/errors.ts'
import { firstConflict } from '../../network/ports/overlap.ts'
import { publishedTwice } from '../../network/ports/port-change.ts'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import { type PortRequest, parseExpose, parsePublish } from './parse-ports.ts'

export interface ContainerPorts {
  readonly publish: readonly PortRequest[]
  /** `80/tcp`: all that the image and --expose name */
  readonly exposed: readonly string[]
}

const MAX_EXPOSED = 10_000

/**
 * What of a container's ports is published and what is only said to be there. With --publish-all
 * each exposed port that -p does not name gets one of the host.
 *
 * @throws {TspodError} E_BAD_PORT, E_UNSUPPORTED_OPTION
 * @throws {TspodError} E_PORT_TWICE: two of them want one port of the host
 */
export function containerPorts(
  request: Pick<RunRequest, 'publish' | 'publishAll' | 'expose'>,
  image: Pick<ImageConfig, 'exposedPorts'>,
): ContainerPorts {
  const exposed = [...new Set([...ofImage(image.exposedPorts), ...(request.expose ?? []).flatMap(parseExpose)])]
  const named = unique((request.publish ?? []).flatMap(parsePublish))
  const covered = new Set(named.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`))
  const others = request.publishAll ? exposed.filter((port) => !covered.has(port) && !port.endsWith('/sctp')) : []
  return { publish: [...named, ...others.flatMap((port) => parsePublish(port))], exposed }
}

/** What is no port in an image is passed over, as by docker: it says nothing and harms nobody. */
function ofImage(texts: readonly string[]): string[] {
  const found = new Set<string>()
  for (const text of texts) {
    for (const port of portsOf(text)) found.add(port)
    if (found.size >= MAX_EXPOSED) break // ranges upon ranges: nobody means them
  }
  return [...found].slice(0, MAX_EXPOSED)
}

function portsOf(text: string): string[] {
  try {
    return parseExpose(text)
  } catch (error) {
    if (error instanceof TspodError) return []
    throw error
  }
}

/** The same one given twice is one. */
function unique(ports: readonly PortRequest[]): PortRequest[] {
  const kept = new Map(
    ports.map((port) => [`${port.hostIp}:${port.hostPort}/${port.protocol}>${port.containerPort}`, port]),
  )
  const different = [...kept.values()]
  const [one, other] = firstConflict(different) ?? []
  if (one && other) throw publishedTwice(one, other)
  return different
}
