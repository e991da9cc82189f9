import { type Address, BITS } from '../addresses/address.ts'

/** In the network's byte order, as messages have it: four bytes or sixteen. */
export function addressBytes({ family, value }: Address): Buffer {
  return Buffer.from(value.toString(16).padStart(BITS[family] / 4, '0'), 'hex')
}

const AF_INET = 2
const AF_INET6 = 10

/** struct sockaddr_in or sockaddr_in6. Source: ip(7), ipv6(7) */
export function socketAddress(address: Address, port: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(address.family === 4 ? AF_INET : AF_INET6)
  head.writeUInt16BE(port, 2)
  const bytes = addressBytes(address)
  return address.family === 4
    ? Buffer.concat([head, bytes, Buffer.alloc(8)])
    : Buffer.concat([head, Buffer.alloc(4), bytes, Buffer.alloc(4)])
}
