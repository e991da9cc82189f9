import { TspodError } from '../../base/errors.ts'
import { CAPABILITIES } from '../plan/constants.ts'
import type { RunRequest } from '../request.ts'
import { ALL, parseCapabilities } from './capability-names.ts'
import type { OciCapabilities } from './oci.ts'

/** Source: containers.conf(5), default_capabilities. */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
]

/**
 * What the process may do. Root has the whole bounding set; another user has what was added for
 * it by name and keeps that across exec, and the bounding set is what set-uid programs can reach.
 *
 * @throws {TspodError} E_UNKNOWN_CAPABILITY
 * @throws {TspodError} E_CAPABILITY_CONFLICT: the same is added and dropped
 * @see podman-run(1), "--cap-add"; capabilities(7)
 */
export function processCapabilities(
  request: Pick<RunRequest, 'privileged' | 'capAdd' | 'capDrop' | 'defaults'>,
  uid: number,
): OciCapabilities {
  const added = parseCapabilities(request.capAdd ?? [])
  const dropped = parseCapabilities(request.capDrop ?? [])
  const bounding = request.privileged ? CAPABILITIES : boundingSet(added, dropped, usualCapabilities(request.defaults))
  if (uid === 0) return rootCapabilities(bounding)
  return userCapabilities(bounding, added.includes(ALL) ? bounding : inKernelOrder(added))
}

export function rootCapabilities(bounding: readonly string[]): OciCapabilities {
  return { bounding, effective: bounding, permitted: bounding, inheritable: [], ambient: [] }
}

export function userCapabilities(bounding: readonly string[], own: readonly string[]): OciCapabilities {
  return { bounding, effective: own, permitted: own, inheritable: own, ambient: own }
}

function usualCapabilities(defaults: RunRequest['defaults']): readonly string[] {
  return defaults?.capabilities ? parseCapabilities(defaults.capabilities) : DEFAULT_CAPABILITIES
}

function boundingSet(added: readonly string[], dropped: readonly string[], usual: readonly string[]): string[] {
  const both = added.find((name) => dropped.includes(name))
  if (both) throw new TspodError('E_CAPABILITY_CONFLICT', `capability ${both} is both added and dropped`)
  if (dropped.includes(ALL)) return inKernelOrder(added)
  const base = added.includes(ALL) || usual.includes(ALL) ? CAPABILITIES : [...usual, ...added]
  return inKernelOrder(base.filter((name) => !dropped.includes(name)))
}

function inKernelOrder(names: readonly string[]): string[] {
  return CAPABILITIES.filter((name) => names.includes(name))
}
