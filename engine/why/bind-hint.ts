import type { ClosedBind } from './bind-access.ts'

/** What of the host a program was refused and what helps, in one line for a hint. Pure. */
export function bindHint(bind: ClosedBind): string {
  const { path, hostPath, missing, userInside } = bind
  const [advice = ''] = bind.advice
  if (bind.isReadOnly) return `${path} is ${hostPath} of the host, mounted read-only: ${advice}`
  const owner = `owner ${bind.ownerOutside}, inside ${bind.ownerInside}, mode ${bind.mode}`
  return `${path} is ${hostPath} of the host (${owner}), which the program as ${userInside} may not ${missing.join(', ')}: ${advice}`
}
