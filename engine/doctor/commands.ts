import { type Installable, installCommand } from '../../base/distribution.ts'
import type { DoctorFacts } from './facts.ts'

/** The command that installs it on this distribution; a sentence where the distribution is not known. */
export function install(facts: Pick<DoctorFacts, 'distribution' | 'user'>, what: Installable): string {
  const command = installCommand(facts.distribution, what)
  return command ? asRoot(facts, command) : `install the package that has ${what}`
}

/** A command that only root may run. */
export function asRoot({ user }: Pick<DoctorFacts, 'user'>, command: string): string {
  return user.uid === 0 ? command : `sudo ${command}`
}

/** Sets a sysctl now and after each start of the machine. */
export function setSysctl(facts: Pick<DoctorFacts, 'user'>, name: string, value: string): string {
  return `echo '${name} = ${value}' | ${asRoot(facts, 'tee -a /etc/sysctl.d/90-tspod.conf')} && ${asRoot(facts, 'sysctl --system')}`
}
