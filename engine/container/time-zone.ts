import { realpathSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { badValue } from '../spec/bad-value.ts'

const ZONES = '/usr/share/zoneinfo'
const MAX_BYTES = 1 << 20

/**
 * The bytes for the container's /etc/localtime: of a zone, or the host's own.
 *
 * @throws {TspodError} E_BAD_TZ
 * @see podman-run(1), "--tz"; tzfile(5)
 */
export function timeZone(text: string): Buffer {
  const isName = /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,3}$/.test(text)
  if (!isName) throw badTz(text, 'not the name of a zone')
  const bytes = readZone(text === 'local' ? '/etc/localtime' : `${ZONES}/${text}`, text)
  if (bytes.subarray(0, 4).toString('latin1') !== 'TZif') throw badTz(text, 'the host has no such zone')
  return bytes
}

function readZone(path: string, text: string): Buffer {
  try {
    return readBounded(realpathSync(path), MAX_BYTES)
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ELOOP')) throw error
    throw badTz(text, `the host has no ${path}`)
  }
}

function badTz(text: string, why: string): Error {
  return badValue('E_BAD_TZ', '--tz', text, why, 'use a name such as Europe/Berlin, or local')
}
