import type { HostFacts } from '../rootless/host-facts.ts'
import type { OciSeccomp } from './oci.ts'
import type { SecurityOptions } from './parse-security-opt.ts'
import type { ReadText } from './read-option-file.ts'
import { defaultProfile } from './seccomp/default-profile.ts'
import { loadProfile } from './seccomp/load-profile.ts'

/**
 * The seccomp profile that was asked for, else the default; a privileged container has only one
 * it was given. `undefined`: none.
 *
 * @throws {TspodError} E_OPTION_FILE, E_BAD_SECCOMP
 */
export function seccompProfile(
  choice: SecurityOptions['seccomp'],
  options: {
    readonly privileged: boolean
    readonly capabilities: readonly string[]
    readonly host: Pick<HostFacts, 'arch' | 'kernelRelease'>
    readonly readText: ReadText
  },
): OciSeccomp | undefined {
  const { capabilities, host } = options
  if (choice === 'unconfined') return undefined
  if (choice) {
    const { arch, kernelRelease } = host
    return loadProfile(options.readText(choice.file), choice.file, { capabilities, arch, kernelRelease })
  }
  return options.privileged ? undefined : defaultProfile(capabilities, host.arch)
}
