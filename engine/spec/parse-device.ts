import { badValue } from './bad-value.ts'
import { normalizeTarget } from './parse-target.ts'

/** A `--device`: a file or directory of the host's, or what a file of the Container Device Interface names. */
export type DeviceRequest =
  | { readonly kind: 'path'; readonly source: string; readonly target: string; readonly readonly: boolean }
  | { readonly kind: 'cdi'; readonly vendorClass: string; readonly name: string }

/** Source: Container Device Interface specification, SPEC.md, "Fully Qualified Device Names". */
const CDI_NAME = /^([a-zA-Z][a-zA-Z0-9_.-]*\/[a-zA-Z][a-zA-Z0-9_.-]*)=([a-zA-Z0-9][a-zA-Z0-9_.:-]*)$/

/**
 * `path[:path in the container[:rwm]]`, or `vendor/class=name`.
 *
 * @throws {TspodError} E_BAD_DEVICE
 * @see podman-run(1), "--device"
 */
export function parseDevice(text: string): DeviceRequest {
  const [, vendorClass, name] = CDI_NAME.exec(text) ?? []
  if (vendorClass !== undefined && name !== undefined) return { kind: 'cdi', vendorClass, name }
  const [source = '', second, third, ...more] = text.split(':')
  const isMode = (word: string | undefined): word is string => word !== undefined && /^[rwm]{1,3}$/.test(word)
  const target = second === undefined || (third === undefined && isMode(second)) ? source : second
  const mode = third ?? (isMode(second) ? second : 'rwm')
  if (more.length > 0 || !isMode(mode) || text.includes('\0') || !source.startsWith('/') || !target.startsWith('/')) {
    throw badValue('E_BAD_DEVICE', '--device', text, 'not a device', 'write /dev/NAME[:/dev/NAME[:rwm]]')
  }
  return { kind: 'path', source, target: normalizeTarget(target), readonly: !mode.includes('w') }
}

/**
 * `--gpus`: what docker's and podman's words mean in the Container Device Interface.
 *
 * @throws {TspodError} E_BAD_DEVICE
 */
export function parseGpus(text: string): DeviceRequest[] {
  const value = text.replace(/^"(.*)"$/, '$1').replace(/^device=/, '')
  const names = value.split(',')
  if (!names.every((name) => /^(all|[a-zA-Z0-9_.:-]{1,100})$/.test(name)))
    throw badValue('E_BAD_DEVICE', '--gpus', text, 'not a list of devices', 'use all, or numbers such as 0,1')
  return names.map((name) => ({ kind: 'cdi', vendorClass: 'nvidia.com/gpu', name }))
}
