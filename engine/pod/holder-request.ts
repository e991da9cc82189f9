import type { RunRequest } from '../request.ts'
import { parseNetworks } from '../spec/parse-networks.ts'
import type { PodRequest } from './request.ts'
import { HOLDER_WORDS } from './request.ts'

/** What stands for its program in lists: there is none. */
const COMMAND = '/pause'

/** The request for the container that holds the namespaces of a pod. Pure. */
export function holderRequest(request: PodRequest): RunRequest {
  const words: Partial<RunRequest> = Object.fromEntries(
    HOLDER_WORDS.flatMap((word) => (request[word] === undefined ? [] : [[word, request[word]]])),
  )
  return {
    ...words,
    image: '',
    command: [COMMAND],
    holds: true,
    quiet: true,
    logDriver: 'none',
    ...(request.infraName === undefined ? {} : { name: request.infraName }),
    ...(request.createCommand ? { createCommand: request.createCommand } : {}),
  }
}

/**
 * The same for a pod of this name: the holder is called after the pod, and can be found by the pod's name in networks
 * with names. Pure.
 *
 * @throws {TspodError} E_BAD_NETWORK, E_BAD_ADDRESS
 */
export function namedHolder(
  holder: RunRequest,
  pod: { readonly id: string; readonly name: string; readonly hostname: string },
): RunRequest {
  return {
    ...holder,
    name: holder.name ?? `${pod.id.slice(0, 12)}-infra`,
    ...(pod.hostname === '' ? {} : { hostname: pod.hostname }),
    ...('wishes' in parseNetworks(holder) ? { networkAliases: [...(holder.networkAliases ?? []), pod.name] } : {}),
  }
}
