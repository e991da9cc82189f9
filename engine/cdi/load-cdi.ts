import { readdirSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import type { OciMount } from '../spec/oci.ts'
import { normalizeTarget } from '../spec/parse-target.ts'
import { type CdiEdits, type CdiFile, parseCdi } from './parse-cdi.ts'
import { isCdiFile, readDocument } from './read-document.ts'

export interface CdiDevice {
  readonly vendorClass: string
  readonly name: string
}

export interface LoadedCdi {
  readonly devices: readonly { readonly source: string; readonly target: string; readonly readonly: boolean }[]
  readonly env: readonly string[]
  readonly mounts: readonly OciMount[]
}

/** Later ones win. Source: Container Device Interface specification, "CDI file locations". */
const DIRECTORIES = ['/etc/cdi', '/var/run/cdi']
const MAX_FILES = 1000
const MAX_BYTES = 4 << 20

/**
 * What devices of the Container Device Interface bring with them. A file that is not valid keeps nobody from the
 * devices of others; the user is told of it.
 *
 * @throws {TspodError} E_NO_SUCH_DEVICE: no file names it
 */
export async function loadCdi(
  wanted: readonly CdiDevice[],
  warn: (line: string) => void,
  directories: readonly string[] = DIRECTORIES,
): Promise<LoadedCdi> {
  const { files, broken } = await readFiles(directories)
  const shared = new Set<CdiFile>()
  const edits = wanted.flatMap((device) => {
    const file = files.findLast(({ kind, devices }) => kind === device.vendorClass && devices.has(device.name))
    const own = file?.devices.get(device.name)
    if (!file || !own) throw noSuchDevice(device, { files, broken, directories })
    if (shared.has(file)) return [own]
    shared.add(file)
    return [file.shared, own]
  })
  const [first, ...more] = broken
  if (first) warn(`${first.message}${more.length > 0 ? `, and ${more.length} more such files are not` : ''}`)
  if (edits.some(({ hooks }) => hooks > 0))
    warn('the devices come with programs to be run on the host, which tspod does not do: libraries may be missing')
  return {
    devices: edits.flatMap(({ deviceNodes }) =>
      deviceNodes.map(({ path, hostPath, readonly }) => ({
        source: hostPath,
        target: normalizeTarget(path),
        readonly,
      })),
    ),
    env: edits.flatMap(({ env }) => env),
    mounts: edits.flatMap(({ mounts }) => mounts.map(mountOf)),
  }
}

function mountOf({ hostPath, containerPath, options, type }: CdiEdits['mounts'][number]): OciMount {
  const destination = normalizeTarget(containerPath)
  if (type === 'tmpfs') return { destination, type, source: 'tmpfs', options }
  const words = options.some((option) => option === 'bind' || option === 'rbind') ? options : ['rbind', ...options]
  return { destination, type: 'bind', source: hostPath, options: words }
}

interface FoundFiles {
  readonly files: readonly CdiFile[]
  /** why others are not among them */
  readonly broken: readonly TspodError[]
}

async function readFiles(directories: readonly string[]): Promise<FoundFiles> {
  const paths = directories.flatMap((directory) => namesIn(directory).map((name) => `${directory}/${name}`))
  const files: CdiFile[] = []
  const broken: TspodError[] = []
  for (const path of paths.filter(isCdiFile)) {
    try {
      files.push(parseCdi(await readDocument(readText(path), path), path))
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      broken.push(error)
    }
  }
  return { files, broken }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort().slice(0, MAX_FILES)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return []
    throw error
  }
}

function readText(path: string): string {
  try {
    return readBounded(path, MAX_BYTES).toString('utf8')
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EISDIR', 'ENOENT')) throw error
    throw new TspodError('E_BAD_CDI', `${path} cannot be read: ${error.code}`, { cause: error })
  }
}

function noSuchDevice(
  device: CdiDevice,
  known: {
    readonly files: readonly CdiFile[]
    readonly broken: readonly TspodError[]
    readonly directories: readonly string[]
  },
): TspodError {
  const { files, broken, directories } = known
  const names = files.flatMap(({ kind, devices }) => [...devices.keys()].map((name) => `${kind}=${name}`))
  const others =
    names.length > 0
      ? `there are ${names.slice(0, 10).join(', ')}`
      : 'generate one, for instance with "nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"'
  return new TspodError(
    'E_NO_SUCH_DEVICE',
    `no file in ${directories.join(' or ')} describes the device ${device.vendorClass}=${device.name}`,
    { hint: broken[0] ? `mend this first: ${broken[0].message}` : others },
  )
}
