import { checkLimits } from './check-limits.ts'
import { checkNamespaces } from './check-namespaces.ts'
import { checkNetwork } from './check-network.ts'
import { checkSession } from './check-session.ts'
import { checkStorage } from './check-storage.ts'
import type { DoctorFacts } from './facts.ts'
import type { Finding } from './finding.ts'

/** What the facts of a machine mean for containers: what works, what is lost, and what mends it. Pure. */
export function diagnose(facts: DoctorFacts): Finding[] {
  return [checkNamespaces, checkStorage, checkNetwork, checkLimits, checkSession].flatMap((check) => check(facts))
}
