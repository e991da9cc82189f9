import { TspodError } from '../../base/errors.ts'
import { isObject, type ShapeReader, shapeReader } from '../../storage/registry/shape.ts'

/** What a container gets with a device. Source: Container Device Interface specification, SPEC.md, "CDI JSON Specification". */
export interface CdiEdits {
  readonly env: readonly string[]
  readonly deviceNodes: readonly { readonly path: string; readonly hostPath: string; readonly readonly: boolean }[]
  readonly mounts: readonly {
    readonly hostPath: string
    readonly containerPath: string
    readonly options: readonly string[]
    readonly type: string
  }[]
  /** programs of the host's that are to be run: how many */
  readonly hooks: number
}

export interface CdiFile {
  /** `vendor.com/class` */
  readonly kind: string
  readonly devices: ReadonlyMap<string, CdiEdits>
  /** for every device of the file */
  readonly shared: CdiEdits
}

const MAX_ITEMS = 4096

/**
 * @param value what `readDocument` made of it
 * @throws {TspodError} E_BAD_CDI: not such a file
 */
export function parseCdi(value: unknown, path: string): CdiFile {
  const fail = (problem: string): TspodError => new TspodError('E_BAD_CDI', `${path} is not valid: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(value, 'it')
  const devices = read.optionalList(root['devices'], 'devices', MAX_ITEMS).map((item, index) => {
    const device = read.object(item, `devices[${index}]`)
    const name = read.string(device['name'], `devices[${index}].name`)
    return [name, readEdits(read, device['containerEdits'], `devices[${index}]`)] as const
  })
  return {
    kind: read.string(root['kind'], 'kind'),
    devices: new Map(devices),
    shared: readEdits(read, root['containerEdits'], 'containerEdits'),
  }
}

function readEdits(read: ShapeReader, value: unknown, where: string): CdiEdits {
  const edits = read.optionalObject(value, where)
  const pathOf = (item: Readonly<Record<string, unknown>>, name: string): string => {
    const path = read.string(item[name], `${where}.${name}`)
    if (!path.startsWith('/')) throw new TspodError('E_BAD_CDI', `${where}: ${name} is not an absolute path`)
    return path
  }
  const items = (name: string) =>
    read.optionalList(edits[name], `${where}.${name}`, MAX_ITEMS).map((item) => read.object(item, `${where}.${name}`))
  return {
    env: read.optionalStrings(edits['env'], `${where}.env`, MAX_ITEMS),
    deviceNodes: items('deviceNodes').map((node) => {
      const path = pathOf(node, 'path')
      const permissions = read.optionalString(node['permissions'], `${where}.permissions`) || 'rwm'
      const hostPath = isObject(node) && node['hostPath'] ? pathOf(node, 'hostPath') : path
      return { path, hostPath, readonly: !permissions.includes('w') }
    }),
    mounts: items('mounts').map((mount) => ({
      hostPath: pathOf(mount, 'hostPath'),
      containerPath: pathOf(mount, 'containerPath'),
      options: read.optionalStrings(mount['options'], `${where}.options`, 100),
      type: read.optionalString(mount['type'], `${where}.type`),
    })),
    hooks: read.optionalList(edits['hooks'], `${where}.hooks`, MAX_ITEMS).length,
  }
}
