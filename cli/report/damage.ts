import type { Damage, Leftover } from '../../engine/system/check.ts'
import type { Repaired } from '../../engine/system/repair.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { shortId } from '../../ui/text/truncate.ts'

/** `layer 0123456789ab: etc/passwd has another content (image alpine:latest; container web)` */
export function damageLine(damage: Damage): string {
  switch (damage.kind) {
    case 'blob':
      return `blob ${shortId(damage.digest)}: ${damage.problem}${affected(damage)}`
    case 'layer':
      return `layer ${shortId(damage.layer.chainId)}: ${damage.problem}${affected(damage)}`
    case 'container':
      return `container ${damage.container.name}: ${damage.problem}`
    case 'volume':
      return `volume ${damage.name}: ${damage.problem}`
    case 'file':
      return `${damage.path}: ${damage.problem}`
    case 'leftover':
      return `${damage.path}: no image has it`
  }
}

/** Of what is no damage, and only takes space. */
export function leftoverLine(leftovers: readonly Leftover[]): string {
  const bytes = leftovers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return `unfinished: ${leftovers.length} parts of images, ${formatSize(bytes)}, that no image has: the next pull or load goes on with them, "tspod image prune" removes them`
}

export function repairLine(repaired: Repaired): string {
  if ('done' in repaired) return `  repaired: ${repaired.done}`
  const { message, hint } = repaired.failure
  return `  not repaired: ${message}${hint === undefined ? '' : ` (${hint})`}`
}

function affected({ images, containers }: Extract<Damage, { kind: 'blob' | 'layer' }>): string {
  const parts = [
    listed(
      'image',
      images.map(({ id, names: [name] }) => name ?? shortId(id)),
    ),
    listed(
      'container',
      containers.map(({ name }) => name),
    ),
  ]
  return ` (${parts.filter((part) => part !== '').join('; ')})`
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what}${names.length > 1 ? 's' : ''} ${names.join(', ')}`
}
