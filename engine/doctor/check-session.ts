import { asRoot } from './commands.ts'
import type { DoctorFacts } from './facts.ts'
import { degraded, type Finding, ok } from './finding.ts'

/** What the user's session gives. Pure. */
export function checkSession(facts: DoctorFacts): Finding[] {
  return facts.rootless ? [checkRuntimeDirectory(facts), checkLinger(facts)] : []
}

function checkRuntimeDirectory({ runtimeDirectory, user }: DoctorFacts): Finding {
  const { path, isOfSession } = runtimeDirectory
  if (isOfSession) return ok('XDG_RUNTIME_DIR', path)
  return degraded('XDG_RUNTIME_DIR', `not set, or not yours: ${path} stands in`, {
    lost: 'the systemd of the user is not asked for cgroups; a cleaner of /tmp may remove what containers need',
    mend: `log in by a session (ssh, machinectl shell ${user.name}@), or: export XDG_RUNTIME_DIR=/run/user/${user.uid}`,
  })
}

function checkLinger(facts: DoctorFacts): Finding {
  const { lingers, user } = facts
  if (lingers === undefined) return ok('linger', 'no systemd here')
  if (lingers) return ok('linger', 'your services outlive your session')
  return degraded('linger', 'what you run may end with your last session', {
    lost: 'containers do not start with the machine, and may end when you log out',
    mend: asRoot(facts, `loginctl enable-linger ${user.name || user.uid}`),
  })
}
