import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What lies below a directory: the text of files, `-> target` of links, `/` for directories without anything in them. */
export function treeOf(directory: string, prefix = ''): Record<string, string> {
  const entries = readdirSync(directory).sort()
  return Object.assign(
    {},
    ...entries.map((name) => {
      const path = join(directory, name)
      const stat = lstatSync(path)
      if (stat.isSymbolicLink()) return { [prefix + name]: `-> ${readlinkSync(path)}` }
      if (stat.isFile()) return { [prefix + name]: readFileSync(path, 'utf8') }
      if (!stat.isDirectory()) return { [prefix + name]: 'special' }
      const below = treeOf(path, `${prefix}${name}/`)
      return Object.keys(below).length === 0 ? { [prefix + name]: '/' } : below
    }),
  )
}
