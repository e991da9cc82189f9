import { arch, platform } from 'node:process'
import manifest from '../package.json' with { type: 'json' }

export const VERSION: string = manifest.version

/** Names of Go's architectures, which images and other engines use. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm64: 'arm64', arm: 'arm' }

export interface VersionReport {
  readonly Client: VersionPart
  /** there is no daemon: the same, for scripts that ask */
  readonly Server: VersionPart
}

interface VersionPart {
  readonly APIVersion: string
  readonly Version: string
  readonly NodeVersion: string
  readonly GitCommit: string
  readonly BuiltTime: string
  readonly Built: number
  readonly Os: string
  readonly OsArch: string
}

/** @see podman-version(1) */
export function describeVersion(): VersionReport {
  const part: VersionPart = {
    APIVersion: VERSION,
    Version: VERSION,
    NodeVersion: process.version,
    GitCommit: '',
    BuiltTime: '',
    Built: 0,
    Os: platform,
    OsArch: `${platform}/${GO_ARCHITECTURES[arch] ?? arch}`,
  }
  return { Client: part, Server: part }
}
