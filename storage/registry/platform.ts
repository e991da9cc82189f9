import { TspodError } from '../../base/errors.ts'
import type { Descriptor, ImageIndex, IndexEntry, Platform } from './manifest.ts'
import { INDEX_TYPES, MANIFEST_TYPES } from './media-type.ts'

// Source: containerd/platforms, database.go (the names uname and Docker's users know).
const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant: string]>> = {
  x86_64: ['amd64', ''],
  'x86-64': ['amd64', ''],
  x64: ['amd64', ''],
  i386: ['386', ''],
  i686: ['386', ''],
  ia32: ['386', ''],
  aarch64: ['arm64', ''],
  arm64: ['arm64', ''],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
}

/**
 * `os/arch[/variant]`, or `arch` alone for linux, as `--platform` takes it.
 * @throws {TspodError} E_BAD_PLATFORM
 * @see podman-pull(1)
 */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/')
  if (parts.length > 3 || parts.some((part) => !/^[A-Za-z0-9_.-]{1,64}$/.test(part))) {
    throw new TspodError('E_BAD_PLATFORM', `${JSON.stringify(text.slice(0, 100))} is not a platform`, {
      hint: 'write os/arch or os/arch/variant, as in linux/arm64',
    })
  }
  const [first = '', second, variant = ''] = parts
  if (second === undefined && first !== 'linux')
    return normalizePlatform({ os: 'linux', architecture: first, variant: '' })
  return normalizePlatform({ os: first, architecture: second ?? '', variant })
}

/** The platform of this machine, from `process.arch`. */
export function linuxPlatform(nodeArch: string): Platform {
  return normalizePlatform({ os: 'linux', architecture: nodeArch, variant: '' })
}

/** `linux/arm/v7` */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== '').join('/')
}

/** One spelling for each platform: `aarch64` is `arm64`, `arm64/v8` is `arm64`, `amd64/v1` is `amd64`, `arm` is `arm/v7`. */
export function normalizePlatform(platform: Platform): Platform {
  const lower = platform.architecture.toLowerCase()
  const [architecture, implied] = Object.hasOwn(ARCHITECTURES, lower)
    ? (ARCHITECTURES[lower] ?? [lower, ''])
    : [lower, '']
  return {
    os: platform.os.toLowerCase(),
    architecture,
    variant: normalizeVariant(architecture, platform.variant.toLowerCase() || implied),
  }
}

/** Whether an image of this platform is of that one, as far as it says. The variant is not looked at: an older one runs, too. */
export function isForPlatform(image: Platform, platform: Platform): boolean {
  if (image.architecture === '') return true
  const [wanted, found] = [normalizePlatform(platform), normalizePlatform(image)]
  return wanted.os === found.os && wanted.architecture === found.architecture
}

/**
 * The image of `index` for this platform. An arm machine also runs what is made for an older arm.
 *
 * The answer may be an index again.
 *
 * @throws {TspodError} E_NO_PLATFORM: lists what there is
 */
export function choosePlatform(index: ImageIndex, platform: Platform): Descriptor {
  const wanted = normalizePlatform(platform)
  const images = index.entries.filter(isImage)
  for (const variant of acceptableVariants(wanted)) {
    const found = images.find((entry) => entry.platform && matches(entry.platform, { ...wanted, variant }))
    if (found) return descriptorOf(found)
  }
  const [only] = images
  if (only && images.length === 1 && !only.platform) return descriptorOf(only)
  const offered = images.flatMap((entry) => (entry.platform ? [formatPlatform(entry.platform)] : []))
  throw noPlatform(wanted, [...new Set(offered)])
}

function isImage(entry: IndexEntry): boolean {
  return !entry.isAttestation && (MANIFEST_TYPES.includes(entry.mediaType) || INDEX_TYPES.includes(entry.mediaType))
}

function matches(offered: Platform, wanted: Platform): boolean {
  const { os, architecture, variant } = normalizePlatform(offered)
  return os === wanted.os && architecture === wanted.architecture && variant === wanted.variant
}

// Source: containerd/platforms, compare.go, platformVector.
function acceptableVariants({ architecture, variant }: Platform): readonly string[] {
  const generation = /^v([0-9])$/.exec(variant)?.[1]
  if (generation === undefined) return [variant]
  const oldest = architecture === 'arm' ? 5 : architecture === 'amd64' ? 2 : Number(generation)
  const count = Math.max(Number(generation) - oldest + 1, 1)
  const versions = Array.from({ length: count }, (_, index) => `v${Number(generation) - index}`)
  return architecture === 'arm' ? versions : [...versions, '']
}

function normalizeVariant(architecture: string, variant: string): string {
  if (architecture === 'arm64' && (variant === 'v8' || variant === '8')) return ''
  if (architecture === 'amd64' && variant === 'v1') return ''
  if (architecture === 'arm' && variant === '') return 'v7'
  return architecture === 'arm' && /^[0-9]$/.test(variant) ? `v${variant}` : variant
}

function descriptorOf({ mediaType, digest, sizeBytes }: IndexEntry): Descriptor {
  return { mediaType, digest, sizeBytes }
}

function noPlatform(wanted: Platform, offered: readonly string[]): TspodError {
  const listed = offered.length === 0 ? 'it names none' : `there is ${offered.slice(0, 30).join(', ').slice(0, 1000)}`
  const first = offered[0]
  return new TspodError('E_NO_PLATFORM', `the image has nothing for ${formatPlatform(wanted)}: ${listed}`, {
    ...(first !== undefined && { hint: `choose another platform with --platform ${first.slice(0, 100)}` }),
  })
}
