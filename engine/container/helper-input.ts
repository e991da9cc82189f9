import type { NetworkInput } from '../../network/driver.ts'
import { mergePastaOptions, parsePastaOptions } from '../../network/pasta-options.ts'
import { parseSlirpOptions } from '../../network/slirp-options.ts'
import { TUN } from '../../network/tun.ts'
import type { Engine } from '../engine.ts'
import { programVersion } from '../network/program-version.ts'
import type { RunRequest } from '../request.ts'

/**
 * What a request says of the helper of its network, the flag over containers.conf.
 *
 * @throws {TspodError} E_BAD_NETWORK_OPTION
 * @see podman-run(1), "--network"
 */
export function helperInput(engine: Engine, { networks = [], defaults = {} }: RunRequest): NetworkInput {
  const { slirpOptions = [], pastaOptions = [], rootlessNetwork } = defaults
  const asked = (mode: string): string =>
    networks.find((text) => text.startsWith(`${mode}:`))?.slice(mode.length + 1) ?? ''
  return {
    userNamespace: engine.host.rootless,
    hasTun: engine.host.devices.includes(TUN),
    // Of two that say the same the last one counts.
    slirpOptions: [...slirpOptions, ...parseSlirpOptions(asked('slirp4netns'))],
    pastaOptions: mergePastaOptions(pastaOptions, parsePastaOptions(asked('pasta'))),
    ...(rootlessNetwork && { rootlessNetwork }),
    versionOf: (program) => programVersion(engine, program),
  }
}
