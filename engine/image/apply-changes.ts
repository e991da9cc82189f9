import { posix } from 'node:path'
import { type Change, parseChange } from './parse-change.ts'

/** The `config` of an image, as its JSON has it. Source: OCI image-spec, config.md. */
export type ConfigObject = Readonly<Record<string, unknown>>

/**
 * The configuration with these changes, made one after the other. Members that nobody changes
 * stay, whatever they are. Pure.
 *
 * @throws {TspodError} E_BAD_CHANGE
 */
export function applyChanges(config: ConfigObject, changes: readonly string[]): ConfigObject {
  return changes.reduce((now, text) => applyChange(now, parseChange(text, variablesOf(now))), config)
}

export function applyChange(config: ConfigObject, change: Change): ConfigObject {
  switch (change.kind) {
    case 'Cmd':
    case 'Entrypoint':
      return { ...config, [change.kind]: change.words }
    case 'Env':
      return { ...config, Env: change.pairs.reduce(withVariable, strings(config['Env'])) }
    case 'Labels':
      return { ...config, Labels: { ...members(config['Labels']), ...Object.fromEntries(change.pairs) } }
    case 'ExposedPorts':
    case 'Volumes':
      return {
        ...config,
        [change.kind]: {
          ...members(config[change.kind]),
          ...Object.fromEntries(change.names.map((name) => [name, {}])),
        },
      }
    case 'OnBuild':
      return { ...config, OnBuild: [...strings(config['OnBuild']), change.text] }
    case 'WorkingDir':
      return { ...config, WorkingDir: posix.resolve('/', text(config['WorkingDir']), change.text) }
    case 'StopSignal':
    case 'User':
      return { ...config, [change.kind]: change.text }
    case 'Healthcheck':
      return { ...config, Healthcheck: change.check }
  }
}

function withVariable(env: readonly string[], [name, value]: readonly [string, string]): readonly string[] {
  const entry = `${name}=${value}`
  const index = env.findIndex((one) => one.startsWith(`${name}=`))
  return index < 0 ? [...env, entry] : env.with(index, entry)
}

function variablesOf(config: ConfigObject): Map<string, string> {
  return new Map(
    strings(config['Env']).map((entry) => {
      const equals = entry.indexOf('=')
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
    }),
  )
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function members(value: unknown): ConfigObject {
  return typeof value === 'object' && value !== null ? (value as ConfigObject) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
