/**
 * From when on pasta is what podman takes without being asked, and can give the host an address of its own.
 * Source: podman-run(1) of version 5, "--network"; passt(1), "--map-guest-addr".
 */
const NEW = '2024-09-01'

export interface PastaVersion {
  readonly isNew: boolean
  /** completes "pasta is …" */
  readonly words: string
}

/**
 * A version is the day of the release. Some releases of 2025 end before they have printed theirs, so what they can
 * do tells it.
 *
 * @param text what `pasta --version` prints, `pasta 2024_09_06.6b38f07` or `pasta 0.0~git20240906.6b38f07-1`; where that
 * is nothing, its usage
 */
export function pastaVersion(text: string): PastaVersion {
  const [line = ''] = text.split('\n', 1)
  const [, year, month, day] = /(?<!\d)(20\d\d)_?(\d\d)_?(\d\d)(?!\d)/.exec(line) ?? []
  if (year !== undefined) {
    const date = `${year}-${month}-${day}`
    return { isNew: date >= NEW, words: `of ${date}` }
  }
  return text.includes('--map-guest-addr')
    ? { isNew: true, words: 'of 2025 or so' }
    : { isNew: false, words: 'of an unknown version' }
}
