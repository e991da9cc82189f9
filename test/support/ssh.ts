import { readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../scripts/run-program.ts'

/**
 * Logs in on this machine as the user of the tests, by a server that lives as long as the connection and
 * has no port: the client speaks with it through pipes.
 *
 * @param directory for the keys
 * @returns what a command with a terminal is put behind
 * @see sshd(8) -i, ssh_config(5) ProxyCommand
 */
export async function sshWithTerminal(directory: string): Promise<readonly string[]> {
  const [host, user, config] = ['host', 'user', 'sshd_config'].map((name) => join(directory, name)) as Names
  for (const key of [host, user]) await runProgram('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const settings = [`HostKey ${host}`, `AuthorizedKeysFile ${user}.pub`, 'StrictModes no', 'UsePAM no', 'PidFile none']
  writeFileSync(config, `${settings.join('\n')}\n`)
  const known = join(directory, 'known_hosts')
  writeFileSync(known, `here ${readFileSync(`${host}.pub`, 'utf8')}`)
  const options = [
    `UserKnownHostsFile=${known}`,
    `ProxyCommand=/usr/sbin/sshd -i -f ${config}`,
    `User=${userInfo().username}`,
  ]
  return ['/usr/bin/ssh', '-F', '/dev/null', '-tt', '-q', '-i', user, ...options.flatMap((one) => ['-o', one]), 'here']
}

type Names = [host: string, user: string, config: string]
