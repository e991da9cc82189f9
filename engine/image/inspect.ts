import type { Engine } from '../engine.ts'
import { goMap, goTime } from '../go-map.ts'

export type ImageInspect = ReturnType<typeof inspectImage>

/**
 * All that is known of an image, in the words of podman's inspect. Objects without a prototype
 * are maps; see engine/go-map.ts.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-image-inspect(1)
 */
export function inspectImage(engine: Engine, ref: string) {
  const image = engine.storage.images.resolve(ref)
  const { config } = image
  return {
    Id: image.id,
    Digest: image.manifestDigest,
    RepoTags: image.names,
    RepoDigests: image.repoDigests,
    Parent: '',
    Comment: config.history.at(-1)?.comment ?? '',
    Created: config.created || goTime(null),
    Config: {
      User: config.user,
      ExposedPorts: goMap(config.exposedPorts.map((port) => [port, {}] as const)),
      Env: config.env,
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      Volumes: goMap(config.volumes.map((volume) => [volume, {}] as const)),
      WorkingDir: config.workingDir,
      Labels: goMap(config.labels),
      StopSignal: config.stopSignal,
    },
    Version: '',
    Author: config.author,
    Architecture: config.architecture,
    Variant: config.variant,
    Os: config.os,
    Size: image.sizeBytes,
    VirtualSize: image.sizeBytes,
    GraphDriver: { Name: '', Data: goMap<string>({}) },
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
