import type { Image } from '../../storage/images/image.ts'
import type { PullEvent } from '../../storage/images/progress.ts'
import { pullImage } from '../../storage/images/pull.ts'
import { linuxPlatform, parsePlatform } from '../../storage/registry/platform.ts'
import { loadRegistriesConfig } from '../../storage/registry/registries-conf.ts'
import type { Engine } from '../engine.ts'
import type { PullPolicy } from '../request.ts'

/** How a pull tells what it does. */
export interface PullIo {
  readonly onProgress: (event: PullEvent) => void
  /** a line for the user: a retry, a mirror that failed */
  readonly onNotice: (line: string) => void
}

export interface PullOptions extends PullIo {
  /** `os/architecture[/variant]` */
  readonly platform?: string
  readonly policy?: PullPolicy
  readonly tlsVerify?: boolean
}

/**
 * Fetches an image and stores it under its full name.
 *
 * @throws {TspodError} see storage/images/pull.ts
 * @see podman-pull(1)
 */
export async function pull(engine: Engine, name: string, options: PullOptions): Promise<Image> {
  const registries = await loadRegistriesConfig({
    ...(engine.registriesConf ? { registriesConf: engine.registriesConf } : {}),
    xdgConfigHome: engine.xdgConfigHome,
  })
  const { platform, ...rest } = options
  return await pullImage(engine.storage, name, {
    ...rest,
    registries,
    platform: platform === undefined ? linuxPlatform(process.arch) : parsePlatform(platform),
  })
}
