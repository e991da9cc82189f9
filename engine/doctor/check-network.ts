import { asRoot, install, setSysctl } from './commands.ts'
import type { DoctorFacts } from './facts.ts'
import { degraded, type Finding, missing, ok } from './finding.ts'

/** The ways out, and what is allowed on them. Pure. */
export function checkNetwork(facts: DoctorFacts): Finding[] {
  const both = [checkTun(facts), ...checkHelpers(facts)]
  return facts.rootless ? [...both, checkPing(facts), checkPorts(facts)] : both
}

function checkTun(facts: DoctorFacts): Finding {
  if (facts.devices.includes('/dev/net/tun')) return ok('/dev/net/tun', 'there')
  return missing('/dev/net/tun', 'not there', {
    lost: 'containers reach nothing outside: --network none and host are left',
    mend: asRoot(facts, 'modprobe tun'),
  })
}

function checkHelpers(facts: DoctorFacts): Finding[] {
  const { slirp4netns, pasta } = facts
  const shown = ({ path, version }: DoctorFacts['pasta']): string => [path, version].filter(Boolean).join(', ')
  const neither = slirp4netns.path === undefined && pasta.path === undefined
  const slirp =
    slirp4netns.path !== undefined
      ? ok('slirp4netns', shown(slirp4netns))
      : (neither ? missing : degraded)('slirp4netns', 'not found', {
          lost: neither
            ? 'containers reach nothing outside: --network none and host are left'
            : 'networks with names cannot be used',
          mend: install(facts, 'slirp4netns'),
        })
  const other =
    pasta.path !== undefined
      ? ok('pasta', shown(pasta))
      : ok('pasta', neither ? 'not found' : 'not found, and slirp4netns does as well')
  return [slirp, other]
}

/** Source: icmp(7), ping_group_range: groups that may ping without being root; slirp4netns and pasta ping so for containers. */
function checkPing(facts: DoctorFacts): Finding {
  if (facts.canPing) return ok('ping', 'you may')
  return degraded('ping', 'you may not: your group is not in net.ipv4.ping_group_range', {
    lost: 'containers cannot ping what is outside',
    mend: setSysctl(facts, 'net.ipv4.ping_group_range', '0 2147483647'),
  })
}

function checkPorts(facts: DoctorFacts): Finding {
  const { firstUnprivilegedPort: first } = facts
  if (first === undefined) return ok('ports', 'net.ipv4.ip_unprivileged_port_start cannot be read here')
  const shown = `net.ipv4.ip_unprivileged_port_start = ${first}`
  if (first <= 80) return ok('ports', shown)
  return degraded('ports', shown, {
    lost: `no port below ${first} can be published`,
    mend: setSysctl(facts, 'net.ipv4.ip_unprivileged_port_start', '80'),
  })
}
