import { posix } from 'node:path'
import { nearest } from '../../base/nearest.ts'
import { badValue } from '../spec/bad-value.ts'
import { EMPTY_TMPFS, tmpfsOptions } from '../spec/parse-tmpfs.ts'
import { parseId } from '../spec/user-database.ts'

/** What is kept of `volume create -o`. */
export type VolumeSettings = Readonly<Record<string, string>>

const NAMES = ['type', 'device', 'o', 'copy', 'nocopy']
const BIND_WORDS = ['bind', 'rbind', 'ro', 'rw']

/**
 * `-o type=…`, `device=…` and `o=…` of a volume of the driver `local`: nothing, a file system in
 * memory, or a directory of the host's.
 *
 * @throws {TspodError} E_BAD_VOLUME_OPTION
 * @throws {TspodError} E_UNSUPPORTED_OPTION: what only root can mount
 * @see podman-volume-create(1), "--opt"
 */
export function parseVolumeSettings(texts: readonly string[], cwd: string): VolumeSettings {
  const given = new Map(texts.map(splitOption))
  const type = given.get('type') ?? ''
  const words = (given.get('o') ?? '').split(',').filter((word) => word !== '')
  const isBind = type === 'bind' || words.includes('bind') || words.includes('rbind')
  const device = given.get('device') ?? ''
  if (!['', 'none', 'bind', 'tmpfs'].includes(type)) {
    throw badValue('E_UNSUPPORTED_OPTION', '--opt type', type, 'an ordinary user can mount tmpfs and bind alone')
  }
  if (type === 'tmpfs') tmpfsOptions(words, { text: words.join(','), subject: '--opt o', defaults: EMPTY_TMPFS })
  else requireWords(words, isBind)
  if (isBind && device === '') throw badValue('E_BAD_VOLUME_OPTION', '--opt', 'type=bind', 'it needs device=DIRECTORY')
  if (device !== '' && !isBind && type !== 'tmpfs')
    throw badValue('E_BAD_VOLUME_OPTION', '--opt device', device, 'it is for type=bind or o=bind')
  return {
    ...(type && type !== 'none' ? { type } : {}),
    ...(device ? { device: isBind ? posix.resolve(cwd, device) : device } : {}),
    ...(words.length > 0 && { o: words.join(',') }),
    ...(type === 'tmpfs' || isBind ? {} : ownerOf(words)),
    ...(given.has('nocopy') ? { nocopy: '' } : {}),
  }
}

function splitOption(text: string): [string, string] {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  const value = equals < 0 ? '' : text.slice(equals + 1)
  if (text.includes('\0')) throw badValue('E_BAD_VOLUME_OPTION', '--opt', text, 'it has a NUL character')
  if (NAMES.includes(name)) return [name, value]
  if (name === 'size' || name === 'inodes')
    throw badValue(
      'E_UNSUPPORTED_OPTION',
      '--opt',
      text,
      'how much a volume holds can be limited with type=tmpfs alone',
    )
  const meant = nearest(name, NAMES)
  throw badValue('E_BAD_VOLUME_OPTION', '--opt', text, 'there is no such option', meant && `did you mean ${meant}?`)
}

function requireWords(words: readonly string[], isBind: boolean): void {
  for (const word of words) {
    const [, name, value] = /^(uid|gid)=(.*)$/.exec(word) ?? []
    const isOwner = name !== undefined && !isBind && parseId(value) !== undefined
    if (!isOwner && !(isBind && BIND_WORDS.includes(word)))
      throw badValue('E_BAD_VOLUME_OPTION', '--opt o', word, 'there is no such option for this type')
  }
}

function ownerOf(words: readonly string[]): VolumeSettings {
  return Object.fromEntries(
    words.flatMap((word) => [...word.matchAll(/^(uid|gid)=(\d+)$/g)].map(([, k = '', v = '']) => [k, v])),
  )
}
