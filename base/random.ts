import { closeSync, openSync, readSync } from 'node:fs'

/** So many random bytes, in hexadecimal. Not through node:crypto, which takes 4 ms to load. Source: random(4). */
export function randomHex(bytes: number): string {
  const buffer = Buffer.alloc(bytes)
  const fd = openSync('/dev/urandom', 'r')
  try {
    if (readSync(fd, buffer) !== bytes) throw new Error('/dev/urandom gave too little')
  } finally {
    closeSync(fd)
  }
  return buffer.toString('hex')
}
