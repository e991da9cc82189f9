import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import type { KernelFileSystem } from '../rootless/hidden-parts.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import type { NamespaceModes } from './namespace-modes.ts'
import type { OciLinux, OciMount } from './oci.ts'
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
  /** what became of the volumes of `parseVolumes(request, …)` */
  readonly volumes: readonly ResolvedVolume[]
  /** its file systems, and what else is to be mounted: secrets, the time zone … */
  readonly mounts?: readonly OciMount[]
  readonly network: SpecNetwork
  /** whose namespaces of the other kinds it is in; its own where it is not given */
  readonly modes?: NamespaceModes
  /** what became of `--device` and `--gpus` */
  readonly devices?: OciLinux['devices']
  /** variables that come with those */
  readonly deviceEnv?: readonly string[]
  /** the directory whose `hosts` and `resolv.conf` it has, where it is in another container's network */
  readonly networkFiles?: string
  /** of another container, where it is in its UTS namespace */
  readonly hostname?: string
  /** of the calling process; 0 where it is not given */
  readonly ownOomScore?: number
  /** of the host's own file systems those of which a part is hidden from us; none where it is not given */
  readonly hidden?: readonly KernelFileSystem[]
  /** reads what `--env-file` and `--security-opt seccomp=` name; the default is the file itself, bounded */
  readonly readText?: ReadText
  /** whether the host has this path; the default asks it */
  readonly exists?: (path: string) => boolean
}

/** `private` is any network namespace with a way out, `none` one without, `joined` another container's. */
export type SpecNetwork = 'private' | 'host' | 'none' | 'joined'

/** A volume or directory whose source is known to exist. */
export interface ResolvedVolume {
  /** absolute path, as the launcher sees it */
  readonly source: string
  readonly target: string
  /** mount(8) words */
  readonly options: readonly string[]
  /** the source, or each of several directories, is below what is written, which goes to `upper` */
  readonly overlay?: ResolvedOverlay
}

export interface ResolvedOverlay {
  /** an empty directory, where it is mounted before it gets to its target: the sources are not to be seen from inside */
  readonly place: string
  /** absolute, the topmost first */
  readonly lower: readonly string[]
  /** absent: nothing can be written */
  readonly upper?: string
  readonly work?: string
}
