import { TspodError } from '../base/errors.ts'
import type { Options } from './flags/option.ts'

/** What docker has before its commands, in place of podman's. Source: docker(1), "OPTIONS". */
export const DOCKER_GLOBAL_OPTIONS = {
  config: { type: 'string', placeholder: 'DIR', describe: 'where config.json with the logins is' },
  context: { type: 'string', alias: 'c', placeholder: 'NAME', describe: 'default, which is the only one' },
  debug: { type: 'boolean', alias: 'D', describe: 'show where an error comes from' },
  host: { type: 'string', array: true, alias: 'H', placeholder: 'ADDRESS', describe: 'there is no daemon to talk to' },
  tls: { type: 'boolean', hidden: true, describe: 'has no effect' },
  tlscacert: { type: 'string', hidden: true, describe: 'has no effect' },
  tlscert: { type: 'string', hidden: true, describe: 'has no effect' },
  tlskey: { type: 'string', hidden: true, describe: 'has no effect' },
  tlsverify: { type: 'boolean', hidden: true, describe: 'has no effect' },
} as const satisfies Options

export interface AskedPlace {
  /** values of `DOCKER_GLOBAL_OPTIONS` */
  readonly host?: unknown
  readonly context?: unknown
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Commands that say what there is, or that nobody asks a daemon for. */
const ANYWHERE = /^(__complete|buildx|completion|context|system docker-alias)\b/

/**
 * Whoever wants another docker than this one must not get this one unasked. Where docker's own socket is
 * meant, which scripts name by habit, a warning comes back: the containers are ours, whoever listens there.
 *
 * @throws {TspodError} E_OTHER_DOCKER: of another machine, or a context that there is not
 * @see docker(1), "ENVIRONMENT VARIABLES": the flag wins over DOCKER_HOST, and both over a context
 */
export function checkDockerPlace(command: string, { host, context, env }: AskedPlace): string | undefined {
  if (ANYWHERE.test(command)) return undefined
  const given = Array.isArray(host) ? host.filter((one): one is string => typeof one === 'string').at(-1) : undefined
  const address = given ?? env['DOCKER_HOST']
  const who = given === undefined ? 'DOCKER_HOST' : '--host'
  if (!address) {
    const name = typeof context === 'string' ? context : env['DOCKER_CONTEXT']
    if (name) requireContext(name)
    return undefined
  }
  const runtime = env['XDG_RUNTIME_DIR']
  if (runtime && address === `unix://${runtime}/tspod/tspod.sock`) return undefined
  if (/^unix:\/\/(\/var)?\/run\/(user\/\d+\/)?docker\.sock$/.test(address)) {
    return `${who} is ${address}: tspod needs no daemon, and asks none`
  }
  throw new TspodError('E_OTHER_DOCKER', `${who} is ${JSON.stringify(address)}, and tspod works on this machine only`, {
    hint: given === undefined ? 'unset DOCKER_HOST' : 'leave --host out',
  })
}

/** @throws {TspodError} E_OTHER_DOCKER */
export function requireContext(name: string): void {
  if (name === 'default') return
  throw new TspodError('E_OTHER_DOCKER', `context ${JSON.stringify(name)} does not exist`, {
    hint: 'the only one is "default"',
  })
}
