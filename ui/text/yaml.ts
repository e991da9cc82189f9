/** Plain data as YAML lines, for people to read; keys in the order they have. */
export function formatYaml(value: unknown, indent = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listItem(item, indent))
  if (typeof value !== 'object' || value === null) return [indent + scalar(value)]
  return Object.entries(value).flatMap(([key, item]) =>
    isEmpty(item) || typeof item !== 'object' || item === null
      ? [`${indent}${key}: ${scalar(item)}`]
      : [`${indent}${key}:`, ...formatYaml(item, Array.isArray(item) ? indent : `${indent}  `)],
  )
}

function listItem(item: unknown, indent: string): string[] {
  const [first = '', ...rest] = formatYaml(item, `${indent}  `)
  return [`${indent}- ${first.trimStart()}`, ...rest]
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return '[]'
  if (typeof value === 'object') return value === null ? 'null' : '{}'
  if (typeof value !== 'string') return String(value)
  const isPlain = /^[\p{L}/_(][^\n\t]*$/u.test(value) && !/: | #|:$|^(true|false|null|yes|no|on|off)$/i.test(value)
  return isPlain ? value : JSON.stringify(value)
}
