import { TspodError } from '../../base/errors.ts'
import type { Platform } from '../../storage/registry/manifest.ts'
import { linuxPlatform, normalizePlatform, parsePlatform } from '../../storage/registry/platform.ts'

/** The words of a command for a platform; what is not given is this machine's. */
export interface PlatformWords {
  /** `os/architecture[/variant]` */
  readonly platform?: string
  readonly os?: string
  readonly arch?: string
  readonly variant?: string
}

/** @throws {TspodError} E_BAD_PLATFORM @see podman-pull(1) */
export function requestedPlatform({ platform, os, arch, variant }: PlatformWords): Platform {
  const isSingle = [os, arch, variant].some((word) => word !== undefined)
  if (platform !== undefined && isSingle) {
    throw new TspodError('E_BAD_PLATFORM', 'a platform is given whole and in parts', {
      hint: 'use --platform, or --os, --arch and --variant',
    })
  }
  if (platform !== undefined) return parsePlatform(platform)
  const own = linuxPlatform(process.arch)
  if (!isSingle) return own
  const parts = [os ?? own.os, arch ?? own.architecture, ...(variant ? [variant] : [])]
  const wanted = parsePlatform(parts.join('/'))
  return normalizePlatform({ ...wanted, variant: variant ?? (arch === undefined ? own.variant : wanted.variant) })
}

/** Whether any platform was asked for. */
export function namesPlatform({ platform, os, arch, variant }: PlatformWords): boolean {
  return [platform, os, arch, variant].some((word) => word !== undefined)
}
