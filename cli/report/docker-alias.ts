import { dirname } from 'node:path'
import type { DockerAlias } from '../../engine/system/docker-alias.ts'

/** What `system docker-alias status` says. */
export function aliasLines(alias: DockerAlias): string[] {
  switch (alias.state) {
    case 'installed':
      return [`installed: ${alias.path}`, ...aliasWarnings(alias)]
    case 'other':
      return [`not installed: ${alias.path} is another docker`]
    case 'absent':
      return ['not installed: "tspod system docker-alias install" does it']
  }
}

/** Why a shell may not find it. */
export function aliasWarnings({ path, isInPath, hiddenBy }: DockerAlias): string[] {
  return [
    ...(isInPath ? [] : [`${dirname(path)} is not in PATH: add it with export PATH="${dirname(path)}:$PATH"`]),
    ...(isInPath && hiddenBy !== undefined ? [`${hiddenBy} is found before it`] : []),
  ]
}
