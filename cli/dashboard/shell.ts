import { stripVTControlCharacters } from 'node:util'
import { startChild } from '../../base/child.ts'

/** bash where there is one; what a shell says of itself comes by its own terminal. */
const SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh']
const MAX_WORDS = 4096
/** Of exec itself, not of what ran. Source: podman-exec(1), "Exit Status". */
const FAILED = new Set([125, 126, 127])
/** As well, but a shell may end so, too: it failed where there are words. */
const NOT_RUNNING = 255

/**
 * A shell in a container, on our terminal, to its end: by a process of its own, as ours has other
 * things to do meanwhile. Resolves with why there was none.
 */
export async function shellIn(
  selfArgv: readonly string[],
  id: string,
  { signal, onStart }: { readonly signal: AbortSignal; readonly onStart: (pid: number) => void },
): Promise<string | undefined> {
  const [program = '', ...args] = selfArgv
  const child = startChild(program, [...args, 'exec', '-it', id, ...SHELL], { stdio: ['inherit', 'inherit', 'pipe'] })
  if (child.pid !== undefined) onStart(child.pid)
  const end = (): void => void child.kill('SIGHUP')
  signal.addEventListener('abort', end, { once: true })
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(0, MAX_WORDS)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  signal.removeEventListener('abort', end)
  const isFailed = code !== null && (FAILED.has(code) || (code === NOT_RUNNING && words !== ''))
  if (!isFailed) return undefined
  return problemOf(words) ?? `exec ended with status ${code}`
}

/** What an error says on two lines, in colour where that is forced, in docker's words where we are called so, on one, as the dashboard says its own. */
function problemOf(words: string): string | undefined {
  const found = /^[eE]rror: (.+?)(?: \[E_[A-Z0-9_]+\])?$(?:\nhint: (.+))?/m.exec(stripVTControlCharacters(words))
  return found === null ? words.trim() || undefined : found.slice(1).filter(Boolean).join(': ')
}
