import { imageVariables, requestedEnv } from '../spec/process-env.ts'
import { readOptionFile } from '../spec/read-option-file.ts'
import type { ExplainedValue, ValuesInput } from './explain-values.ts'

/** Each variable of the program, and where its value comes from; of a secret not what it is. */
export function explainEnv({ engine, request, places, image, config, secrets }: ValuesInput): ExplainedValue[] {
  const names = (variables: readonly (readonly [string, string])[]) => new Set(variables.map(([name]) => name))
  const { env = [], envFiles = [] } = request
  const byFlag = names(requestedEnv({ env }, engine.env, readOptionFile))
  const byFile = names(requestedEnv({ envFiles }, engine.env, readOptionFile))
  const merged = names(imageVariables(request.envMerge ?? []))
  const byConf = names(requestedEnv({ env: request.defaults?.env ?? [] }, engine.env, readOptionFile))
  const byImage = new Map(imageVariables(image.config.env))
  const sourceOf = (name: string, value: string): string => {
    if (byFlag.has(name)) return '--env'
    if (byFile.has(name)) return '--env-file'
    if (merged.has(name)) return '--env-merge'
    if (byImage.get(name) === value) return 'the image'
    if (request.envHost && engine.env[name] === value) return places.envHost ?? '--env-host'
    if (byConf.has(name)) return places.env ?? 'default'
    if (/_proxy$/i.test(name) && engine.env[name] === value) return "the caller's environment (--http-proxy)"
    return 'default'
  }
  const own = imageVariables(config.spec.process.env).map(([name, value]) => ({
    subject: `variable ${name}`,
    value,
    decidedBy: sourceOf(name, value),
  }))
  const ofSecrets = secrets.flatMap(({ variable, name }) =>
    variable === undefined
      ? []
      : [{ subject: `variable ${variable}`, value: `the secret ${name}`, decidedBy: '--secret' }],
  )
  return [...own, ...ofSecrets]
}
