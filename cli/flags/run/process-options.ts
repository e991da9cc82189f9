import { badValue } from '../errors.ts'
import type { Arguments, Options } from '../option.ts'
import { OFF, oneOf, onOrOff } from './words.ts'

/** What is run, and what it finds around it. Source: podman-run(1). */
export const PROCESS_OPTIONS = {
  attach: {
    type: 'string',
    array: true,
    commas: true,
    alias: 'a',
    placeholder: 'STREAM',
    describe: 'only these of stdin, stdout and stderr',
  },
  'detach-keys': {
    type: 'string',
    placeholder: 'KEYS',
    describe: 'leave the container running (default ctrl-p,ctrl-q)',
  },
  entrypoint: { type: 'string', placeholder: 'COMMAND', describe: "run this instead of the image's entrypoint" },
  env: { type: 'string', array: true, alias: 'e', placeholder: 'NAME[=VALUE]', describe: 'set a variable' },
  'env-file': { type: 'string', array: true, placeholder: 'FILE', describe: 'read variables from a file' },
  'env-host': { type: 'boolean', optional: true, describe: "all of the caller's variables" },
  'env-merge': {
    type: 'string',
    array: true,
    placeholder: 'NAME=VALUE',
    describe: "set a variable to what has ${OTHER} of the image's in it",
  },
  'http-proxy': {
    type: 'boolean',
    optional: true,
    describe: "pass the caller's http_proxy and the like on (default true)",
  },
  init: { type: 'boolean', optional: true, describe: 'run an init that reaps processes and passes signals on' },
  'init-path': {
    type: 'string',
    placeholder: 'FILE',
    describe: "with --init: a program of the host's instead of ours",
  },
  interactive: { type: 'boolean', alias: 'i', describe: 'keep stdin open' },
  'preserve-fds': {
    type: 'number',
    minimum: 0,
    placeholder: 'NUMBER',
    describe: 'how many descriptors from 3 on the program gets',
  },
  secret: {
    type: 'string',
    array: true,
    placeholder: 'NAME[,OPTIONS]',
    describe: 'a secret, as a file in /run/secrets or with type=env as a variable',
  },
  'sig-proxy': { type: 'boolean', default: true, describe: 'pass signals on to the container' },
  systemd: {
    type: 'string',
    choices: ['true', 'false', 'always'],
    placeholder: 'WHEN',
    describe: 'set it up for systemd: true, when its program is an init (default), false or always',
  },
  tty: { type: 'boolean', alias: 't', describe: 'give it a terminal' },
  tz: { type: 'string', placeholder: 'ZONE', describe: "time zone, or local for the host's" },
  umask: { type: 'string', placeholder: 'MODE', describe: 'octal (default 0022)' },
  unsetenv: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'NAME',
    describe: "without this variable of the image's or ours",
  },
  'unsetenv-all': { type: 'boolean', describe: "without all variables of the image's and ours" },
  workdir: { type: 'string', alias: 'w', placeholder: 'DIR', describe: 'working directory in the container' },
} as const satisfies Options

type ProcessArguments = Arguments<Record<never, never>, typeof PROCESS_OPTIONS>

export function processWords(args: ProcessArguments) {
  return {
    attach: args.attach.map(parseStream),
    detachKeys: args.detachKeys,
    entrypoint: args.entrypoint,
    env: args.env,
    envFiles: args.envFile,
    envHost: onOrOff(args.envHost),
    envMerge: args.envMerge,
    httpProxy: onOrOff(args.httpProxy),
    init: args.initPath === undefined ? onOrOff(args.init) : undefined,
    initPath: args.initPath,
    interactive: args.interactive,
    preserveFds: args.preserveFds,
    secrets: args.secret,
    // True unless it is turned off.
    sigProxy: args.sigProxy ? undefined : OFF,
    systemd: oneOf(args.systemd, ['true', 'false', 'always']),
    tty: args.tty,
    tz: args.tz,
    umask: args.umask,
    unsetenv: args.unsetenv,
    unsetenvAll: args.unsetenvAll,
    workdir: args.workdir,
  }
}

/** Source: docker-run(1), "--attach", which takes capitals too. */
function parseStream(text: string): string {
  const stream = text.toLowerCase()
  if (['stdin', 'stdout', 'stderr'].includes(stream)) return stream
  throw badValue('--attach', text, 'must be one of stdin, stdout, stderr')
}
