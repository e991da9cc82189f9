import { release } from 'node:os'
import { arch, platform } from 'node:process'
import manifest from '../package.json' with { type: 'json' }

export const VERSION: string = manifest.version

/** A line for `--version`. Scripts read docker's number by a pattern: "Docker version X.Y.Z, build WORD". */
export function versionLine(compat: 'docker' | 'podman'): string {
  return compat === 'docker' ? `Docker version ${VERSION}, build tspod` : `tspod version ${VERSION}`
}

/** What of Docker's interface is meant by the words used here. */
export const DOCKER_API_VERSION = '1.44'
const DOCKER_MINIMUM_API_VERSION = '1.24'

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
  /** podman has Go's here; what runs this is node */
  readonly GoVersion: string
  readonly NodeVersion: string
  readonly GitCommit: string
  readonly BuiltTime: string
  readonly Built: number
  readonly OsArch: string
  readonly Os: string
}

/** @see podman-version(1) */
export function describeVersion(): VersionReport {
  const part: VersionPart = {
    APIVersion: VERSION,
    Version: VERSION,
    GoVersion: `node${process.version}`,
    NodeVersion: process.version,
    GitCommit: '',
    BuiltTime: '',
    Built: 0,
    OsArch: `${platform}/${goArchitecture()}`,
    Os: platform,
  }
  return { Client: part, Server: part }
}

/** As `describeVersion`, in Docker's words. @see docker-version(1) */
export function describeVersionForDocker() {
  const both = {
    Platform: { Name: 'tspod' },
    Version: VERSION,
    ApiVersion: DOCKER_API_VERSION,
    GitCommit: '',
    GoVersion: `node${process.version}`,
    Os: platform as string,
    Arch: goArchitecture(),
    BuildTime: '',
  }
  const { GitCommit, BuildTime: _, ...engine } = both
  const server = { KernelVersion: release(), MinAPIVersion: DOCKER_MINIMUM_API_VERSION }
  const { ApiVersion, Arch, GoVersion, Os } = both
  // docker's details are strings, all of them
  const details = { ApiVersion, Arch, BuildTime: '', Experimental: 'false', GitCommit, GoVersion, Os, ...server }
  return {
    Client: { ...both, DefaultAPIVersion: DOCKER_API_VERSION, Context: 'default' },
    Server: {
      ...engine,
      GitCommit,
      Components: [{ Name: 'Engine', Version: VERSION, Details: details }],
      ...server,
      Experimental: false,
      BuildTime: '',
    },
  }
}

function goArchitecture(): string {
  return GO_ARCHITECTURES[arch] ?? arch
}
