import { defaultMounts } from './default-mounts.ts'
import type { OciMount } from './oci.ts'
import { parseTmpfs, type TmpfsRequest } from './parse-tmpfs.ts'
import type { ResolvedVolume, SpecInput } from './spec-input.ts'

/** Where a program may write though the root file system is read-only. Source: podman-run(1), "--read-only-tmpfs". */
const WRITABLE = ['/run', '/tmp', '/var/tmp']

const GENERATED: Readonly<Record<string, string>> = {
  '/etc/hosts': 'hosts',
  '/etc/hostname': 'hostname',
  '/etc/resolv.conf': 'resolv.conf',
  '/run/.containerenv': 'containerenv',
}

/**
 * All mounts in the order in which they are to be made: what is nested comes after what it is
 * nested in. What the user mounts takes the place of what a container has otherwise.
 *
 * @throws {TspodError} E_BAD_VOLUME, E_BAD_SIZE, E_UNSUPPORTED_OPTION
 */
export function containerMounts(
  input: Pick<SpecInput, 'request' | 'host' | 'network' | 'volumes' | 'containerDir'>,
): OciMount[] {
  const { request, volumes, containerDir } = input
  const own = [...volumes.map(volumeMount), ...(request.tmpfs ?? []).map((text) => tmpfsMount(parseTmpfs(text)))]
  const taken = new Set(own.map(({ destination }) => destination))
  const usual = [
    ...defaultMounts(input),
    ...(request.readOnly ? WRITABLE.map((target) => tmpfsMount({ target, options: ['rw', 'nosuid', 'nodev'] })) : []),
    ...generatedMounts(containerDir, request.dns, taken),
  ].filter(({ destination }) => !taken.has(destination))
  return [...usual, ...own].sort((a, b) => depth(a.destination) - depth(b.destination))
}

/** Not what lies in a directory the user mounts: that is the user's. Source: podman-run(1), "--privileged", on /run/.containerenv. */
function generatedMounts(
  directory: string,
  dns: readonly string[] | undefined,
  taken: ReadonlySet<string>,
): OciMount[] {
  return Object.entries(GENERATED)
    .filter(([target]) => !taken.has(target.slice(0, target.lastIndexOf('/'))))
    .filter(([target]) => target !== '/etc/resolv.conf' || !dns?.includes('none'))
    .map(([target, file]) => ({
      destination: target,
      type: 'bind',
      source: `${directory}/${file}`,
      options: ['bind', 'rprivate', 'nosuid', 'nodev'],
    }))
}

function volumeMount({ source, target, options }: ResolvedVolume): OciMount {
  return { destination: target, type: 'bind', source, options }
}

function tmpfsMount({ target, options }: TmpfsRequest): OciMount {
  return { destination: target, type: 'tmpfs', source: 'tmpfs', options }
}

function depth(path: string): number {
  return path.split('/').length
}
