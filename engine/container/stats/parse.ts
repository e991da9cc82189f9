/** Bytes that went in and out of a network namespace, over all but its loopback. Pure. Source: proc_pid_net(5), dev. */
export function parseNetDev(text: string): { readonly inBytes: number; readonly outBytes: number } {
  let [inBytes, outBytes] = [0, 0]
  for (const line of text.split('\n').slice(2)) {
    const colon = line.indexOf(':')
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number)
    if (colon < 0 || line.slice(0, colon).trim() === 'lo') continue
    inBytes += fields[0] ?? 0
    outBytes += fields[8] ?? 0
  }
  return { inBytes, outBytes }
}

/** `key value` a line; 0 where there is no such key. Pure. Source: kernel documentation, cgroup-v2.rst, "flat keyed". */
export function flatValue(text: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}

/** Bytes over all devices. Pure. Source: cgroup-v2.rst, io.stat: `8:0 rbytes=1 wbytes=2 …`. */
export function parseIoStat(text: string): { readonly readBytes: number; readonly writtenBytes: number } {
  const sum = (key: string): number =>
    [...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, 'g'))].reduce((total, match) => total + Number(match[1]), 0)
  return { readBytes: sum('rbytes'), writtenBytes: sum('wbytes') }
}
