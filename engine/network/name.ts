import { TspodError } from '../../base/errors.ts'
import { badValue, quote } from '../spec/bad-value.ts'
import { NETWORK_MODES } from '../spec/parse-networks.ts'
import { DOCKERS_DEFAULT_NETWORK } from './find.ts'

/** As that of a volume. Source: podman-network-create(1), as docker's. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/
const MOST_LETTERS = 255

/** Source: Linux, dev_valid_name and IFNAMSIZ. */
const INTERFACE = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,14}$/

/** @throws {TspodError} E_BAD_NETWORK_NAME */
export function parseNetworkName(text: string): string {
  if (text !== '' && [...NETWORK_MODES, DOCKERS_DEFAULT_NETWORK].includes(text)) {
    throw new TspodError(
      'E_BAD_NETWORK_NAME',
      `a network cannot be called ${text}: --network ${text} means something else`,
    )
  }
  if (text.length > MOST_LETTERS) {
    const why = `the name ${quote(text)} is too long: ${text.length} letters, of ${MOST_LETTERS}`
    throw new TspodError('E_BAD_NETWORK_NAME', why)
  }
  if (NAME.test(text)) return text
  throw new TspodError('E_BAD_NETWORK_NAME', `${quote(text)} is not a name for a network`, {
    hint: 'use letters, digits, "_", "." and "-", with a letter or digit first',
  })
}

/** @throws {TspodError} E_BAD_INTERFACE_NAME */
export function parseInterfaceName(text: string, subject: string): string {
  if (INTERFACE.test(text) && text !== 'lo') return text
  throw badValue(
    'E_BAD_INTERFACE_NAME',
    subject,
    text,
    'not a name for an interface',
    'use up to 15 letters and digits',
  )
}
