import { digestOfHex } from '../../storage/content/digest.ts'
import type { Image } from '../../storage/images/image.ts'
import { MAX_CONFIG_BYTES } from '../../storage/registry/image-config.ts'
import type { Engine } from '../engine.ts'
import { goMap, goTime } from '../go-map.ts'
import { parentOf } from './family.ts'
import { readRawConfig } from './raw-config.ts'

export type ImageInspect = ReturnType<typeof inspectImage>

/**
 * All that is known of an image, in the words of podman's inspect. Objects without a prototype
 * are maps; see engine/go-map.ts.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-image-inspect(1)
 */
export function inspectImage(engine: Engine, ref: string) {
  const { images } = engine.storage
  const image = images.resolve(ref)
  const { config } = image
  return {
    Id: image.id,
    Digest: image.manifestDigest,
    RepoTags: image.names,
    RepoDigests: image.repoDigests,
    Parent: parentOf(image, images.list())?.id ?? '',
    Comment: config.history.at(-1)?.comment ?? '',
    Created: config.created || goTime(null),
    Config: describeConfig(engine, image),
    Version: '',
    Author: config.author,
    Architecture: config.architecture,
    Variant: config.variant,
    Os: config.os,
    Size: image.sizeBytes,
    VirtualSize: image.sizeBytes,
    GraphDriver: describeDriver(engine, image),
    RootFS: { Type: 'layers', Layers: config.diffIds },
    Labels: goMap(config.labels),
    Annotations: goMap<string>({}),
    ManifestType: image.manifestMediaType,
    User: config.user,
    History: config.history.map((entry) => ({
      created: entry.created,
      created_by: entry.createdBy,
      ...(entry.comment ? { comment: entry.comment } : {}),
      ...(entry.emptyLayer ? { empty_layer: true } : {}),
    })),
    NamesHistory: image.names,
  }
}

function describeConfig({ storage }: Engine, image: Image) {
  const { config } = image
  const { healthcheck, onBuild, shell } = readRawConfig(() =>
    storage.content.readBlob(digestOfHex(image.id), MAX_CONFIG_BYTES),
  )
  return {
    User: config.user,
    ExposedPorts: goMap(config.exposedPorts.map((port) => [port, {}] as const)),
    Env: config.env,
    Entrypoint: config.entrypoint,
    Cmd: config.cmd,
    Volumes: goMap(config.volumes.map((volume) => [volume, {}] as const)),
    WorkingDir: config.workingDir,
    Labels: goMap(config.labels),
    StopSignal: config.stopSignal,
    ...(healthcheck ? { Healthcheck: healthcheck } : {}),
    ...(onBuild.length > 0 ? { OnBuild: onBuild } : {}),
    ...(shell.length > 0 ? { Shell: shell } : {}),
  }
}

/** As podman has it: the topmost layer is the upper one. */
function describeDriver({ storage }: Engine, image: Image) {
  const [upper, ...lower] = image.layers.map(({ chainId }) => storage.paths.layer(chainId)).reverse()
  const directories = {
    ...(lower.length > 0 ? { LowerDir: lower.join(':') } : {}),
    ...(upper === undefined ? {} : { UpperDir: upper }),
  }
  return { Name: storage.driverChoice().driver, Data: goMap<string>(directories) }
}
