import { badValue } from './bad-value.ts'

/** Source: podman-run(1), "--umask". */
const DEFAULT = 0o022

/** @throws {TspodError} E_BAD_UMASK */
export function parseUmask(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT
  if (/^0?[0-7]{1,3}$/.test(text)) return Number.parseInt(text, 8)
  throw badValue('E_BAD_UMASK', '--umask', text, 'not an octal number up to 0777', 'write it as in 0022')
}
