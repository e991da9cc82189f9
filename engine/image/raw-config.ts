import { isErrno, TspodError } from '../../base/errors.ts'
import { parseJson } from '../../storage/registry/json.ts'
import { isObject } from '../../storage/registry/shape.ts'

/** Parts of an image's configuration that only Docker's format has; tspod shows them. */
export interface RawConfig {
  readonly healthcheck: Readonly<Record<string, unknown>> | undefined
  readonly onBuild: readonly string[]
  readonly shell: readonly string[]
}

const NOTHING: RawConfig = { healthcheck: undefined, onBuild: [], shell: [] }

/** Of the configuration's bytes; nothing of one that is missing or damaged, which `system check` says. */
export function readRawConfig(read: () => Uint8Array): RawConfig {
  try {
    const root = parseJson(read(), (problem) => new TspodError('E_BAD_IMAGE', problem))
    const config = isObject(root) && isObject(root['config']) ? root['config'] : {}
    const healthcheck = config['Healthcheck']
    return {
      healthcheck: isObject(healthcheck) ? healthcheck : undefined,
      onBuild: strings(config['OnBuild']),
      shell: strings(config['Shell']),
    }
  } catch (error) {
    if (error instanceof TspodError || isErrno(error, 'ENOENT')) return NOTHING
    throw error
  }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
