import { badValue } from './bad-value.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** In order; a later entry of the same name wins. */
export type Variables = readonly (readonly [name: string, value: string])[]

/**
 * `-e`: `NAME=value`, or `NAME` with the caller's value where it has one, or `NAME*` for every
 * variable of the caller that begins so. Nothing, which is what `-e "$UNSET"` says, sets nothing.
 *
 * @throws {TspodError} E_BAD_ENV
 * @see podman-run(1), "--env"
 */
export function parseEnv(text: string, hostEnv: Environment): Variables {
  if (text === '') return []
  const equals = text.indexOf('=')
  const name = (equals < 0 ? text : text.slice(0, equals)).trimStart()
  if (name === '') throw badValue('E_BAD_ENV', 'environment variable', text, 'it has no name')
  if (text.includes('\0')) throw badValue('E_BAD_ENV', 'environment variable', text, 'it has a NUL character')
  if (equals >= 0) return [[name, text.slice(equals + 1)]]
  return name.endsWith('*') ? hostVariablesFrom(name.slice(0, -1), hostEnv) : hostVariable(name, hostEnv)
}

/**
 * `--env-file`: a variable a line, in the words of `-e` and without quoting; empty lines and
 * those that begin with `#` say nothing.
 *
 * @throws {TspodError} E_BAD_ENV: names the line
 * @see podman-run(1), "--env-file"
 */
export function parseEnvFile(text: string, path: string, hostEnv: Environment): Variables {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const trimmed = line.trimStart()
    if (trimmed === '' || trimmed.startsWith('#')) return []
    const name = trimmed.split('=', 1)[0] ?? ''
    if (/\s/.test(name)) {
      throw badValue('E_BAD_ENV', 'environment variable', trimmed, `the name has a space (${path}, line ${index + 1})`)
    }
    return parseEnv(trimmed, hostEnv)
  })
}

function hostVariable(name: string, hostEnv: Environment): Variables {
  const value = Object.hasOwn(hostEnv, name) ? hostEnv[name] : undefined
  return value === undefined ? [] : [[name, value]]
}

function hostVariablesFrom(prefix: string, hostEnv: Environment): Variables {
  return Object.entries(hostEnv).flatMap(([name, value]) =>
    name.startsWith(prefix) && value !== undefined ? [[name, value] as const] : [],
  )
}
