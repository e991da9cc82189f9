import { defaultMounts } from './default-mounts.ts'
import { requireKernelShown } from './kernel-paths.ts'
import type { OciMount } from './oci.ts'
import type { ResolvedOverlay, ResolvedVolume, SpecInput } from './spec-input.ts'
import { systemdMounts } from './systemd-mode.ts'

/** Where a program may write though the root file system is read-only. Source: podman-run(1), "--read-only-tmpfs". */
const WRITABLE = ['/run', '/tmp', '/var/tmp']

const GENERATED: Readonly<Record<string, string>> = {
  '/etc/hosts': 'hosts',
  '/etc/hostname': 'hostname',
  '/etc/resolv.conf': 'resolv.conf',
  '/run/.containerenv': 'containerenv',
  '/.dockerenv': 'dockerenv',
}

/** Those that belong to the network, and come from whose it is. */
const OF_NETWORK = ['/etc/hosts', '/etc/resolv.conf']

type MountsInput = Pick<
  SpecInput,
  | 'request'
  | 'host'
  | 'network'
  | 'modes'
  | 'volumes'
  | 'mounts'
  | 'containerDir'
  | 'networkFiles'
  | 'exists'
  | 'hidden'
> & { readonly systemd?: boolean }

/**
 * All mounts in the order in which they are to be made: what is nested comes after what it is
 * nested in. What the user mounts takes the place of what a container has otherwise.
 *
 * @throws {TspodError} E_BAD_SIZE; E_BAD_VOLUME: one would hide /proc
 */
export function containerMounts(input: MountsInput): OciMount[] {
  const { request, volumes } = input
  const own = [...volumes.map(volumeMount), ...(input.mounts ?? [])]
  own.forEach(requireKernelShown)
  const taken = new Set(own.map(({ destination }) => destination))
  const usual = [
    ...defaultMounts(input),
    ...(input.systemd ? systemdMounts(request) : []),
    ...(request.readOnly && (request.readOnlyTmpfs ?? true)
      ? WRITABLE.map((path) => writable(path, request.tmpfsCopyUp ?? true))
      : []),
    ...generatedMounts(input, taken),
  ].filter(({ destination }) => !taken.has(destination))
  const distinct = new Map(usual.toReversed().map((mount) => [mount.destination, mount]))
  return [...usual.filter((mount) => distinct.get(mount.destination) === mount), ...own].sort(
    (a, b) => depth(a.destination) - depth(b.destination),
  )
}

/** Not what lies in a directory the user mounts: that is the user's. Source: podman-run(1), "--privileged", on /run/.containerenv. */
function generatedMounts(
  { request, containerDir, networkFiles }: Pick<MountsInput, 'request' | 'containerDir' | 'networkFiles'>,
  taken: ReadonlySet<string>,
): OciMount[] {
  const unwanted = [
    ...(request.noHosts ? ['/etc/hosts'] : []),
    ...(request.noHostname ? ['/etc/hostname'] : []),
    ...(request.dockerenv ? [] : ['/.dockerenv']),
    ...(request.dns?.includes('none') ? ['/etc/resolv.conf'] : []),
  ]
  return Object.entries(GENERATED)
    .filter(([target]) => !taken.has(target.slice(0, target.lastIndexOf('/'))) && !unwanted.includes(target))
    .map(([target, file]) => {
      const directory = networkFiles !== undefined && OF_NETWORK.includes(target) ? networkFiles : containerDir
      return fileMount(`${directory}/${file}`, target)
    })
}

/** A file that the engine made, over one of the container's. */
export function fileMount(source: string, destination: string): OciMount {
  return { destination, type: 'bind', source, options: ['bind', 'rprivate', 'nosuid', 'nodev'] }
}

function volumeMount({ source, target, options, overlay }: ResolvedVolume): OciMount {
  if (!overlay) return { destination: target, type: 'bind', source, options }
  const words = options.filter((word) => !/^r?(bind|private|shared|slave)$/.test(word))
  return { destination: target, type: 'overlay', source: overlay.place, options: [...words, ...overlayWords(overlay)] }
}

/** Source: kernel documentation, overlayfs.rst. */
function overlayWords({ lower, upper, work }: ResolvedOverlay): string[] {
  const lowerdir = `lowerdir=${lower.map(escapePath).join(':')}`
  if (upper === undefined || work === undefined) return [lowerdir, 'userxattr']
  return [lowerdir, `upperdir=${escapePath(upper)}`, `workdir=${escapePath(work)}`, 'userxattr']
}

/** A backslash keeps the next character from being a separator. */
function escapePath(path: string): string {
  return path.replace(/[\\,:]/g, '\\$&')
}

function writable(destination: string, copyUp: boolean): OciMount {
  const options = ['rw', 'nosuid', 'nodev', ...(copyUp ? ['tmpcopyup'] : [])]
  // For everybody, whether the image has it or not.
  if (destination !== '/run') options.push('mode=1777')
  return { destination, type: 'tmpfs', source: 'tmpfs', options }
}

function depth(path: string): number {
  return path.split('/').length
}
