import type { ProfileReader } from './profile-reader.ts'

/** What a rule of a profile may depend on. */
export interface FilterContext {
  /** the bounding set */
  readonly capabilities: readonly string[]
  /** as images name it: `amd64` */
  readonly arch: string
  /** as uname -r: `6.1.0-13-amd64` */
  readonly kernelRelease: string
}

/**
 * Whether a rule is for this container: every condition of `includes` holds and none of `excludes`.
 *
 * @see docker's profiles/seccomp, "Filter"
 */
export function applies(rule: ProfileReader, { capabilities, arch, kernelRelease }: FilterContext): boolean {
  const includes = rule.optionalObject('includes')
  const excludes = rule.optionalObject('excludes')
  const hasCapability = (name: string): boolean => capabilities.includes(name)
  if (excludes) {
    if (excludes.strings('arches').includes(arch)) return false
    if (excludes.strings('caps').some(hasCapability)) return false
    const minKernel = excludes.optionalString('minKernel')
    if (minKernel && isAtLeast(kernelRelease, minKernel, excludes)) return false
  }
  if (includes) {
    const arches = includes.strings('arches')
    if (arches.length > 0 && !arches.includes(arch)) return false
    if (!includes.strings('caps').every(hasCapability)) return false
    const minKernel = includes.optionalString('minKernel')
    if (minKernel && !isAtLeast(kernelRelease, minKernel, includes)) return false
  }
  return true
}

function isAtLeast(release: string, wanted: string, reader: ProfileReader): boolean {
  const minimum = parseVersion(wanted)
  if (!minimum) throw reader.fail('minKernel is not a version like 4.8')
  const [major, minor] = parseVersion(release) ?? [0, 0]
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1])
}

function parseVersion(text: string): readonly [number, number] | undefined {
  const [, major, minor] = /^(\d{1,6})\.(\d{1,6})/.exec(text) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor)]
}
