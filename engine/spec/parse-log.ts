import { posix } from 'node:path'
import { nearest } from '../../base/nearest.ts'
import type { LogConfig } from '../container/config.ts'
import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'

const DRIVERS: Readonly<Record<string, LogConfig['driver']>> = {
  'k8s-file': 'k8s-file',
  'json-file': 'json-file',
  journald: 'journald',
  none: 'none',
  passthrough: 'passthrough',
  // docker's own format, which nobody reads but docker
  local: 'k8s-file',
}

const OPTIONS = ['path', 'max-size', 'max-file', 'tag'] as const
type Name = (typeof OPTIONS)[number]

/** Options of docker that say how much of a line is kept with it; without them nothing is lost. */
const WITHOUT_EFFECT = ['mode', 'max-buffer-size', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'size']

const MAX_FILES = 1000

/**
 * Where the output goes. Undefined where nothing was asked for: the usual file.
 *
 * @param cwd what a relative path is relative to
 * @throws {TspodError} E_BAD_LOG
 * @see podman-run(1), "--log-driver", "--log-opt"; docker's json-file logging driver
 */
export function parseLog(request: Pick<RunRequest, 'logDriver' | 'logOpts'>, cwd: string): LogConfig | undefined {
  if (!request.logDriver && !request.logOpts?.length) return undefined
  const given = new Map<Name, string>()
  for (const text of request.logOpts ?? []) {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    if (WITHOUT_EFFECT.includes(name)) continue
    given.set(parseName(name, text), equals < 0 ? '' : text.slice(equals + 1))
  }
  const path = given.get('path')
  const tag = given.get('tag')
  return {
    driver: parseDriver(request.logDriver ?? 'k8s-file'),
    maxSizeBytes: parseLogSize(given.get('max-size') ?? '0'),
    maxFiles: parseCount(given.get('max-file') ?? '1'),
    ...(path ? { path: posix.resolve(cwd, path) } : {}),
    ...(tag ? { tag } : {}),
  }
}

function parseDriver(text: string): LogConfig['driver'] {
  const driver = Object.hasOwn(DRIVERS, text) ? DRIVERS[text] : undefined
  if (driver) return driver
  throw badValue(
    'E_BAD_LOG',
    '--log-driver',
    text,
    'no such driver',
    'use k8s-file, json-file, journald, none or passthrough',
  )
}

function parseName(name: string, text: string): Name {
  const known = OPTIONS.find((one) => one === name)
  if (known) return known
  const meant = nearest(name, OPTIONS)
  throw badValue('E_BAD_LOG', '--log-opt', text, 'no such option', meant && `did you mean ${meant}?`)
}

/** Decimal units, unlike those of memory; -1 and 0 are no limit. Source: go-units, FromHumanSize, which both use here. */
function parseLogSize(text: string): number {
  if (text === '' || text === '-1') return 0
  const [, number, unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?) ?([kmgt]?)(i?)b?$/i.exec(text) ?? []
  if (number === undefined) throw badValue('E_BAD_LOG', '--log-opt max-size', text, 'not a size', 'write 10m')
  return Math.floor(Number(number) * 1000 ** ' kmgt'.indexOf(unit.toLowerCase() || ' '))
}

function parseCount(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MAX_FILES) return count
  throw badValue('E_BAD_LOG', '--log-opt max-file', text, `not a number from 1 to ${MAX_FILES}`)
}
