import { isIP } from 'node:net'
import { requirePool, type SubnetPool } from '../../network/addresses/choose-subnet.ts'
import { parseSubnet } from '../../network/addresses/parse-subnet.ts'
import { requirePastaWord } from '../../network/pasta-options.ts'
import { requireSlirpOption } from '../../network/slirp-options.ts'
import { parseNetworkName } from '../network/name.ts'
import { parseGoDuration } from '../parse-time.ts'
import { parseDetachKeys } from '../plan/detach-keys.ts'
import { badValue } from '../spec/bad-value.ts'
import { parseCapabilities } from '../spec/capability-names.ts'
import { resolvConf } from '../spec/files/resolv-conf.ts'
import { parseUserns } from '../spec/identity/parse-userns.ts'
import { namespaceModes } from '../spec/namespace-modes.ts'
import { parseDevice } from '../spec/parse-device.ts'
import { parseEnv } from '../spec/parse-env.ts'
import { parseLabel } from '../spec/parse-labels.ts'
import { parseLog } from '../spec/parse-log.ts'
import { parseMount } from '../spec/parse-mount.ts'
import { parseSize } from '../spec/parse-size.ts'
import { parseUlimit } from '../spec/parse-ulimit.ts'
import { parseUmask } from '../spec/parse-umask.ts'
import { parseVolume } from '../spec/parse-volume.ts'
import { containerResources } from '../spec/resources.ts'
import { parseSysctls } from '../spec/sysctls.ts'

/** Any directory will do: only whether it can be read is looked at. */
const CWD = '/'
const ALL_OWN = { network: true, ipc: true, uts: true }
const NO_HOST = { hostText: '', systemdText: '', nameserver: undefined, hostNetwork: false }

/** The grammar of a value, or of each value of a list: that of the flag it stands for. */
const STRINGS: Readonly<Record<string, (text: string) => unknown>> = {
  'containers.annotations': (text) => parseLabel(text, 'annotation'),
  'containers.cgroup_conf': (text) => containerResources({ cgroupConf: [text] }),
  'containers.cgroupns': (text) => namespaceModes({ cgroupns: text }),
  'containers.cgroups': oneOf('enabled', 'disabled', 'no-conmon', 'split'),
  'containers.default_capabilities': (text) => parseCapabilities([text]),
  'containers.default_sysctls': (text) => parseSysctls({ sysctl: [text] }, ALL_OWN),
  'containers.default_ulimits': parseUlimit,
  'containers.devices': parseDevice,
  'containers.dns_options': (text) => resolvConf({ ...NO_HOST, dnsOptions: [text] }),
  'containers.dns_searches': (text) => resolvConf({ ...NO_HOST, dnsSearch: [text] }),
  'containers.dns_servers': (text) => text === 'none' || resolvConf({ ...NO_HOST, dns: [text] }),
  'containers.env': (text) => parseEnv(text, {}),
  'containers.host_containers_internal_ip': address,
  'containers.init_path': absolutePath,
  'containers.ipcns': (text) => namespaceModes({ ipc: text }),
  'containers.log_driver': (text) => parseLog({ logDriver: text }, CWD),
  'containers.mounts': (text) => parseMount(text, CWD),
  'containers.pidns': (text) => namespaceModes({ pid: text }),
  'containers.shm_size': (text) => text === '' || parseSize(text),
  'containers.umask': parseUmask,
  'containers.userns': parseUserns,
  'containers.utsns': (text) => namespaceModes({ uts: text }),
  'containers.volumes': (text) => parseVolume(text, CWD),
  'engine.cdi_spec_dirs': absolutePath,
  'engine.cgroup_manager': oneOf('systemd', 'cgroupfs'),
  'engine.compression_format': oneOf('gzip', 'zstd', 'zstd:chunked'),
  'engine.detach_keys': parseDetachKeys,
  'engine.env': variable,
  'engine.helper_binaries_dir': absolutePath,
  'engine.image_volume_mode': oneOf('anonymous', 'bind', 'tmpfs', 'ignore'),
  'engine.pull_policy': oneOf('always', 'missing', 'never', 'newer'),
  'engine.retry_delay': duration,
  'network.default_network': (text) => text === '' || parseNetworkName(text),
  'network.default_rootless_network_cmd': oneOf('pasta', 'slirp4netns'),
  'network.default_subnet': (text) => text === '' || requireVersion4(text),
  'engine.network_cmd_options': requireSlirpOption,
  'network.pasta_options': requirePastaWord,
}

const NUMBERS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  'containers.oom_score_adj': [-1000, 1000],
  'engine.compression_level': [1, 22],
  'engine.image_parallel_copies': [0, 100],
  'engine.retry': [0, 1000],
  'engine.stop_timeout': [0, 2 ** 31 - 1],
  'network.dns_bind_port': [0, 65535],
}

/**
 * @param name `table.key`
 * @throws {TspodError} what the parser of the flag throws; E_BAD_SETTING
 */
export function checkSetting(name: string, value: unknown): void {
  if (typeof value === 'string') STRINGS[name]?.(value)
  if (isPool(value)) requirePool(value)
  const [from, to] = NUMBERS[name] ?? []
  if (typeof value !== 'number' || from === undefined || to === undefined) return
  if (value < from || value > to) throw badSetting(`${value}`, `must be from ${from} to ${to}`)
}

/** Of the things that settings are made of, what is no text or number. */
function isPool(value: unknown): value is SubnetPool {
  return typeof value === 'object' && value !== null && 'base' in value && 'size' in value
}

/** Source: containers.conf(5), "default_subnet": of a network of containers, which have addresses of version 4. */
function requireVersion4(text: string): void {
  if (text.includes(':')) throw badSetting(text, 'not of version 4')
  parseSubnet({ subnet: text })
}

function oneOf(...words: readonly string[]) {
  return (text: string): void => {
    if (text !== '' && !words.includes(text)) throw badSetting(text, `must be one of ${words.join(', ')}`)
  }
}

function address(text: string): void {
  if (text !== '' && text !== 'none' && isIP(text) === 0) throw badSetting(text, 'not an address, or none')
}

function absolutePath(text: string): void {
  if (text !== '' && !text.startsWith('/')) throw badSetting(text, 'not an absolute path')
}

function variable(text: string): void {
  if (!/^[^=]+=/.test(text)) throw badSetting(text, 'not NAME=VALUE')
}

function duration(text: string): void {
  if (text !== '') parseDuration(text)
}

/** A Go duration, or seconds without a unit; in milliseconds. Source: containers.conf(5), retry_delay. */
export function parseDuration(text: string): number {
  const durationMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : parseGoDuration(text)
  if (durationMs !== undefined && durationMs >= 0) return durationMs
  throw badSetting(text, 'not a duration such as 5s')
}

function badSetting(text: string, why: string): Error {
  return badValue('E_BAD_SETTING', 'value', text, why)
}
