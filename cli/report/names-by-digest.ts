interface NamedImage {
  readonly names: readonly string[]
  readonly repoDigests: readonly string[]
  readonly manifestDigest: string
}

/**
 * `repository@digest` for each repository the image was pulled from, or has a name in: with podman, images
 * that were made here have them, too.
 *
 * @see podman-images(1), "RepoDigests"
 */
export function namesByDigest({ names, repoDigests, manifestDigest }: NamedImage): string[] {
  const repositories = names.map((name) => name.replace(/@.*$/, '').replace(/:[^:/]+$/, ''))
  return [...new Set([...repoDigests, ...repositories.map((repository) => `${repository}@${manifestDigest}`)])]
}
