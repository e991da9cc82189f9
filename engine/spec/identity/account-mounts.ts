import { fileMount } from '../mounts.ts'
import type { OciMount } from '../oci.ts'

/**
 * Mounts of the generated /etc/passwd and /etc/group. What the user mounts there, or over the
 * directory, is the user's.
 *
 * @param directory holds the generated files
 */
export function accountMounts(
  directory: string,
  files: Readonly<Partial<Record<'passwd' | 'group', string>>>,
  volumes: readonly { readonly destination: string }[],
): OciMount[] {
  const taken = new Set(volumes.map(({ destination }) => destination))
  return Object.keys(files)
    .map((file) => ({ file, target: `/etc/${file}` }))
    .filter(({ target }) => !taken.has(target) && !taken.has('/etc'))
    .map(({ file, target }) => fileMount(`${directory}/${file}`, target))
}
