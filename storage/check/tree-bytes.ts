import { lstatSync, readdirSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

const SLASH = Buffer.from('/')

/**
 * The bytes of all files below `path`, or of the file that it is; a file of several names counts
 * once. 0 where there is nothing. What disappears meanwhile does not count.
 */
export function treeBytes(path: string): number {
  return bytesOf(Buffer.from(path), new Set())
}

function bytesOf(path: Buffer, seen: Set<string>): number {
  const stat = ifThere(() => lstatSync(path))
  if (!stat) return 0
  if (stat.isDirectory()) {
    const names = ifThere(() => readdirSync(path, { encoding: 'buffer' })) ?? []
    return names.reduce((sum, name) => sum + bytesOf(Buffer.concat([path, SLASH, name]), seen), 0)
  }
  if (!stat.isFile()) return 0
  if (stat.nlink > 1) {
    const file = `${stat.dev}:${stat.ino}`
    if (seen.has(file)) return 0
    seen.add(file)
  }
  return stat.size
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined
    throw error
  }
}
