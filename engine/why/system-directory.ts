/** With all that is in them. Source: hier(7). */
const TREES = ['bin', 'boot', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'proc', 'sbin', 'sys', 'usr']

/** Themselves; what is in them may be anybody's. */
const PLACES = ['', 'dev', 'home', 'media', 'mnt', 'opt', 'root', 'run', 'srv', 'tmp', 'var']
const IN_VAR = ['cache', 'lib', 'lock', 'log', 'run', 'spool', 'tmp']

/** Whether a path is the system's: nobody is told to give it away or to open it. Pure; `path` is absolute. */
export function isOfSystem(path: string): boolean {
  const [first = '', ...rest] = path.split('/').filter((name) => name !== '')
  if (TREES.includes(first)) return true
  if (rest.length === 0) return PLACES.includes(first)
  return first === 'var' && rest.length === 1 && IN_VAR.includes(rest[0] ?? '')
}
