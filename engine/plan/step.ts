/**
 * The operations of the launcher and how many arguments each takes. `launcher ops` prints the
 * same table, and a test compares the two. What each does: engine/launcher/ops.h.
 */
export const OPS = {
  announce: 0,
  arg: 1,
  attach: 5,
  attributes: 4,
  'await-exec': 0,
  'await-fuse': 0,
  'await-helper': 0,
  'await-start': 0,
  'await-sync': 0,
  beside: 1,
  bounding: 1,
  capabilities: 4,
  cgroup: 1,
  chdir: 1,
  clone: 2,
  'close-on-exec': 1,
  console: 1,
  'copy-up': 3,
  deadline: 1,
  'death-signal': 1,
  'default-signals': 0,
  'detach-keys': 1,
  directory: 2,
  done: 0,
  end: 0,
  enter: 1,
  env: 1,
  exec: 1,
  'exec-failed': 0,
  fault: 0,
  file: 1,
  filesystem: 3,
  filter: 0,
  fuse: 1,
  gather: 0,
  groups: 1,
  'hand-over': 1,
  'hang-up': 0,
  health: 7,
  'health-startup': 1,
  helper: 1,
  hostname: 1,
  'id-map': 2,
  idle: 0,
  init: 0,
  io: 1,
  join: 1,
  'join-child': 1,
  'join-path': 2,
  'join-pid': 2,
  'join-recorded': 1,
  'keep-capabilities': 0,
  kept: 1,
  link: 2,
  listen: 3,
  log: 4,
  'log-journal': 2,
  look: 0,
  mask: 1,
  mount: 5,
  namespace: 2,
  netlink: 2,
  'netlink-of': 3,
  'no-new-privileges': 0,
  optional: 1,
  output: 1,
  owner: 2,
  pivot: 1,
  preserve: 0,
  reach: 2,
  'read-filter': 1,
  readonly: 1,
  ready: 0,
  real: 1,
  record: 1,
  release: 0,
  rlimit: 3,
  serve: 2,
  session: 0,
  sibling: 2,
  stay: 0,
  stdio: 0,
  supervise: 0,
  sync: 0,
  tell: 2,
  terminal: 1,
  tree: 3,
  tun: 3,
  'tree-below': 4,
  'tree-joined': 2,
  umask: 1,
  unshare: 1,
  user: 2,
  'watch-helper': 1,
  'watch-recorded': 2,
  write: 2,
} as const satisfies Readonly<Record<string, keyof Args>>

export type Op = keyof typeof OPS

/** A string as it is, or a number, which travels as hexadecimal. */
type Arg = string | number | bigint

/** So many of them. */
interface Args {
  0: []
  1: [Arg]
  2: [Arg, Arg]
  3: [Arg, Arg, Arg]
  4: [Arg, Arg, Arg, Arg]
  5: [Arg, Arg, Arg, Arg, Arg]
  7: [Arg, Arg, Arg, Arg, Arg, Arg, Arg]
}

/**
 * One operation of the launcher. A plan is a list of these and nothing else: pure data, so it
 * can be printed (`tspod run --explain`), compared in a test, and read by the launcher.
 *
 * The monitor carries out the steps from the top; `clone` makes a child that carries out the
 * next N steps while the monitor goes on behind them, `beside` a process it waits for. `why` completes "could not …" when the
 * step fails.
 */
export interface Step {
  readonly op: Op
  readonly args: readonly string[]
  readonly why: string
}

/** @example step('mask /proc/kcore', 'mask', '/proc/kcore') */
export function step<O extends Op>(why: string, op: O, ...args: Args[(typeof OPS)[O]]): Step {
  return { op, args: args.map((arg) => (typeof arg === 'string' ? arg : arg.toString(16))), why }
}
