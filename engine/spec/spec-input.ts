import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import type { ReadText } from './read-option-file.ts'
import type { UserDatabase } from './user-database.ts'

/** Everything that the OCI configuration of a container depends on. */
export interface SpecInput {
  readonly request: RunRequest
  readonly image: ImageConfig
  readonly id: string
  readonly name: string
  readonly host: HostFacts
  readonly userDatabase: UserDatabase
  /** holds the generated files: `hosts`, `hostname`, `resolv.conf`, `containerenv` */
  readonly containerDir: string
  /** what became of `parseVolumes(request, …)` */
  readonly volumes: readonly ResolvedVolume[]
  readonly network: SpecNetwork
  /** reads what `--env-file` and `--security-opt seccomp=` name; the default is the file itself, bounded */
  readonly readText?: ReadText
}

/** `private` is any network namespace with a way out, `none` one without. */
export type SpecNetwork = 'private' | 'host' | 'none'

/** A volume or directory whose source is known to exist. */
export interface ResolvedVolume {
  /** absolute path, as the launcher sees it */
  readonly source: string
  readonly target: string
  /** mount(8) words */
  readonly options: readonly string[]
}
