import type { Image } from '../../storage/images/image.ts'
import { meantName } from '../../storage/images/local-names.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { RunRequest } from '../request.ts'
import { containerLabels } from '../spec/parse-labels.ts'
import { readOptionFile } from '../spec/read-option-file.ts'
import type { ContainerConfig } from './config.ts'

export interface NewRow {
  readonly id: string
  readonly name: string
  readonly request: RunRequest
  readonly image: Image
  readonly driver: string
  readonly config: ContainerConfig
  /** id of the pod it is in */
  readonly podId?: string | undefined
}

/**
 * The row of a container that has just been made.
 *
 * @throws {TspodError} E_BAD_LABEL, E_OPTION_FILE
 */
export function newRow({ id, name, request, image, driver, config, podId = undefined }: NewRow): ContainerRow {
  const hasNone = config.rootfs !== undefined || config.isInfra === true
  return {
    id,
    name,
    imageId: hasNone ? null : image.id,
    imageName: hasNone ? '' : (meantName(request.image, image.names) ?? image.names[0] ?? request.image),
    command: config.spec.process.args,
    createdAtMs: Date.now(),
    status: 'created',
    startedAtMs: null,
    finishedAtMs: null,
    exitCode: null,
    oomKilled: false,
    error: null,
    pid: null,
    pidStartTime: null,
    autoRemove: request.remove ?? false,
    restartCount: 0,
    stoppedByUser: false,
    podId: podId ?? null,
    labels: containerLabels(request, image.config, readOptionFile),
    layers: image.layers.map(({ chainId }) => chainId),
    driver,
    config,
  }
}
