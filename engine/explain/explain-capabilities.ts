import type { ExplainedValue, ValuesInput } from './explain-values.ts'

/** Which capabilities the program can have, and which flags changed them. */
export function explainCapabilities({ request, places, config }: ValuesInput): ExplainedValue[] {
  const { bounding, effective } = config.spec.process.capabilities
  const flags = [
    !request.privileged && places.capabilities,
    request.privileged && '--privileged',
    request.capAdd?.length && '--cap-add',
    request.capDrop?.length && '--cap-drop',
  ].filter((flag) => typeof flag === 'string')
  const decidedBy = flags.length > 0 ? flags.join(', ') : 'default'
  const words = (names: readonly string[]): string => names.map((name) => name.replace(/^CAP_/, '')).join(' ') || 'none'
  return [
    { subject: 'capabilities', value: words(effective), decidedBy },
    ...(words(bounding) === words(effective)
      ? []
      : [{ subject: 'capabilities it may get', value: words(bounding), decidedBy }]),
  ]
}
