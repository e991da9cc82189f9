import type { Places } from '../config/settle-request.ts'
import type { ExplainedValue, ValuesInput } from './explain-values.ts'

/** What has no line of its own, as it is seldom anything but usual. */
const SUBJECTS: Readonly<Partial<Record<keyof Places, string>>> = {
  annotations: 'annotations',
  cdiDirectories: 'directories of CDI files',
  cgroupConf: 'files of the cgroup',
  cgroupManager: 'cgroup manager',
  cgroups: 'cgroups',
  devices: 'devices',
  dnsOptions: 'options of resolv.conf',
  dnsSearch: 'search domains',
  helperDirectories: 'directories of network helpers',
  hostAddress: 'address of host.containers.internal',
  hostsFile: 'beginning of /etc/hosts',
  httpProxy: "the caller's proxies",
  imageVolume: "the image's volumes",
  logOpts: 'options of the log',
  noHosts: 'no /etc/hosts',
  oomScoreAdj: 'OOM score',
  pastaOptions: 'options of pasta',
  slirpOptions: 'options of slirp4netns',
  sysctls: 'sysctls',
  tz: 'time zone',
  umask: 'umask',
}

/** What containers.conf decided, and nothing else has shown. */
export function explainConf({ request, places }: ValuesInput): ExplainedValue[] {
  const values: Readonly<Record<string, unknown>> = { ...request.defaults, ...request }
  return Object.entries(SUBJECTS).flatMap(([key, subject]) => {
    const decidedBy = places[key as keyof Places]
    const value = values[key]
    return decidedBy === undefined
      ? []
      : [{ subject, value: Array.isArray(value) ? value.join(' ') : `${value}`, decidedBy }]
  })
}
