import { TspodError } from '../../base/errors.ts'

/** Longer than a machine with many containers needs; systemd's own default is a minute and a half. */
const TIMEOUT_S = 600

export interface UnitOptions {
  /** absolute path of bin/tspod */
  readonly program: string
  /** flags before the command, `--root` and the like */
  readonly flags: readonly string[]
  /** the target that wants it */
  readonly target: string
}

/**
 * The text of the unit that starts containers when the machine, or the user's manager, starts and
 * stops them when it stops. Containers are left to their monitors, in cgroups of their own or in
 * the unit's. Pure.
 *
 * @throws {TspodError} E_BAD_PATH: a path that no unit can name
 * @see systemd.service(5), systemd.unit(5)
 */
export function unitText({ program, flags, target }: UnitOptions): string {
  const command = [program, ...flags].map(quoted).join(' ')
  return [
    '# Written by "tspod system boot enable"; "tspod system boot disable" removes it.',
    '[Unit]',
    'Description=Containers of tspod that run from boot on',
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=${command} system boot run`,
    `ExecStop=${command} system boot stop`,
    `TimeoutStartSec=${TIMEOUT_S}`,
    `TimeoutStopSec=${TIMEOUT_S}`,
    '',
    '[Install]',
    `WantedBy=${target}`,
    '',
  ].join('\n')
}

/** One word of a command line in a unit. Source: systemd.service(5), "COMMAND LINES"; systemd.unit(5), "SPECIFIERS". */
function quoted(word: string): string {
  if (/\p{Cc}/u.test(word)) {
    throw new TspodError('E_BAD_PATH', `a unit cannot name ${JSON.stringify(word)}: it has a control character`)
  }
  return `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
}
