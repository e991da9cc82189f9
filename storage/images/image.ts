import type { Digest } from '../content/digest.ts'

/** The part of an OCI image configuration that tspod reads. Source: OCI image-spec, config.md. Missing members are empty, not absent. */
export interface ImageConfig {
  readonly architecture: string
  readonly os: string
  readonly variant: string
  /** RFC 3339, or '' */
  readonly created: string
  readonly author: string
  readonly user: string
  readonly env: readonly string[]
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly workingDir: string
  readonly labels: Readonly<Record<string, string>>
  /** e.g. `80/tcp` */
  readonly exposedPorts: readonly string[]
  /** absolute paths */
  readonly volumes: readonly string[]
  readonly stopSignal: string
  /** absent where the image has none */
  readonly healthcheck?: ImageHealthcheck
  readonly diffIds: readonly Digest[]
  readonly history: readonly ImageHistory[]
}

/** Source: Docker's image specification, "Healthcheck"; 0 is what is not said. */
export interface ImageHealthcheck {
  /** `NONE`, `CMD` and words, or `CMD-SHELL` and a line */
  readonly test: readonly string[]
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly startPeriodMs: number
  readonly startIntervalMs: number
  readonly retries: number
}

export interface ImageHistory {
  readonly created: string
  readonly createdBy: string
  readonly comment: string
  readonly emptyLayer: boolean
}

/** One layer of an image as stored: the blob as pulled, and the identity of the unpacked tree. */
export interface ImageLayer {
  /** of the blob as the registry holds it, compressed or not */
  readonly blobDigest: Digest
  readonly diffId: Digest
  /** Source: OCI image-spec, config.md, "Layer ChainID". */
  readonly chainId: Digest
  readonly blobSizeBytes: number
  readonly unpackedSizeBytes: number
}

export interface Image {
  /** 64 hexadecimal digits: the digest of the configuration, as podman's and docker's image ID. */
  readonly id: string
  readonly manifestDigest: Digest
  readonly manifestMediaType: string
  readonly config: ImageConfig
  /** bottom layer first */
  readonly layers: readonly ImageLayer[]
  /** full references with tag, e.g. `docker.io/library/alpine:latest`; empty for a dangling image */
  readonly names: readonly string[]
  /** full references with digest, e.g. `docker.io/library/alpine@sha256:…` */
  readonly repoDigests: readonly string[]
  /** milliseconds since the epoch, of the image's configuration; 0 where it names none */
  readonly createdAtMs: number
  /** of the unpacked layers together */
  readonly sizeBytes: number
}

/** Of what has none: it says nothing of anything. */
export const NO_CONFIG: ImageConfig = {
  architecture: '',
  os: '',
  variant: '',
  created: '',
  author: '',
  user: '',
  env: [],
  entrypoint: [],
  cmd: [],
  workingDir: '',
  labels: {},
  exposedPorts: [],
  volumes: [],
  stopSignal: '',
  diffIds: [],
  history: [],
}
