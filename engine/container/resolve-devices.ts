import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { RunRequest } from '../request.ts'
import type { OciLinux, OciMount } from '../spec/oci.ts'
import { type DeviceRequest, parseDevice, parseGpus } from '../spec/parse-device.ts'

export interface ResolvedDevices {
  readonly devices: OciLinux['devices']
  /** what a file of the Container Device Interface asks for beside */
  readonly env: readonly string[]
  readonly mounts: readonly OciMount[]
}

type Device = OciLinux['devices'][number]
type PathRequest = Extract<DeviceRequest, { kind: 'path' }>

/** More than any /dev has below one directory. */
const MAX_DEVICES = 1000
const MAX_DEPTH = 8

/**
 * The device files of `--device` and `--gpus`. A directory stands for all that are below it.
 *
 * @throws {TspodError} E_BAD_DEVICE, E_NO_SUCH_DEVICE
 * @see podman-run(1), "--device", "--gpus"
 */
export async function resolveDevices(
  request: Pick<RunRequest, 'devices' | 'gpus' | 'defaults'>,
  warn: (line: string) => void,
): Promise<ResolvedDevices> {
  const wanted = [...(request.devices ?? []).map(parseDevice), ...(request.gpus ?? []).flatMap(parseGpus)]
  const devices = wanted.flatMap((one) => (one.kind === 'path' ? expand(one) : []))
  for (const { path } of devices.filter((device) => device.readonly))
    warn(`the container can write to ${path} all the same: only root can keep it from that`)
  const named = wanted.filter((one) => one.kind === 'cdi')
  if (named.length === 0) return { devices, env: [], mounts: [] }
  const { loadCdi } = await import('../cdi/load-cdi.ts')
  const edits = await loadCdi(named, warn, request.defaults?.cdiDirectories)
  return { ...edits, devices: [...devices, ...edits.devices.flatMap((device) => expand(device))] }
}

function expand({ source, target, readonly }: Omit<PathRequest, 'kind'>): Device[] {
  const stat = statOf(source)
  if (!stat.isDirectory()) return [deviceOf({ source, target, readonly }, stat)]
  const found: Device[] = []
  collect({ source, target, readonly }, 0, found)
  if (found.length > 0) return found
  throw new TspodError('E_NO_SUCH_DEVICE', `there is no device below ${source}`)
}

function collect(directory: Omit<PathRequest, 'kind'>, depth: number, found: Device[]): void {
  if (depth > MAX_DEPTH) return
  for (const name of readdirSync(directory.source).sort()) {
    const [source, target] = [`${directory.source}/${name}`, `${directory.target}/${name}`]
    const stat = lstatSync(source)
    if (stat.isDirectory()) collect({ ...directory, source, target }, depth + 1, found)
    else if (isDevice(stat)) found.push(deviceOf({ ...directory, source, target }, stat))
    if (found.length > MAX_DEVICES)
      throw new TspodError('E_BAD_DEVICE', `more than ${MAX_DEVICES} devices are below ${directory.source}`)
  }
}

function deviceOf({ source, target, readonly }: Omit<PathRequest, 'kind'>, stat: Stats): Device {
  if (!isDevice(stat)) throw new TspodError('E_NO_SUCH_DEVICE', `${source} is not a device`)
  return { path: target, ...(source !== target && { source }), ...(readonly && { readonly: true }) }
}

function isDevice(stat: Stats): boolean {
  return stat.isCharacterDevice() || stat.isBlockDevice()
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) throw error
    throw new TspodError('E_NO_SUCH_DEVICE', `the host has no device ${path}`, { cause: error })
  }
}
