import { networkInterfaces } from 'node:os'

/** An address of the host's by which others reach it, of version 4; its loopback is none. */
export function hostAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
