import type { IdMapping, OciProcess } from '../spec/oci.ts'
import { capabilityMask, placeOf, RLIMITS } from './constants.ts'
import { type Step, step } from './step.ts'

/** Where the program is looked for: `name` itself when it has a slash, else in each directory of PATH. Source: execvp(3). */
export function programCandidates(name: string, env: readonly string[]): string[] {
  if (name.includes('/')) return [name]
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? ''
  return path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${name}`)
}

/**
 * The supplementary groups. Where one group alone is mapped, the user mapped it without newgidmap,
 * and then nobody may change groups. Source: user_namespaces(7), "/proc/[pid]/setgroups".
 */
function setGroups(process: OciProcess, gidMappings: readonly IdMapping[]): Step[] {
  if (process.user.keepGroups) return []
  const [only, ...more] = gidMappings
  if (only?.size === 1 && only.hostID === 0 && more.length === 0) return []
  return [step('set the groups', 'groups', process.user.additionalGids.join(','))]
}

/** The first ids of a user namespace: its root, or, where it has none, whoever has all rights in it as long as nothing was run. */
export function becomeRoot(
  process: OciProcess,
  {
    uidMappings,
    gidMappings,
  }: { readonly uidMappings: readonly IdMapping[]; readonly gidMappings: readonly IdMapping[] },
): Step[] {
  const [uid, gid] = [firstId(uidMappings), firstId(gidMappings)]
  return [...setGroups(process, gidMappings), step('become root of the user namespace', 'user', uid, gid)]
}

/** 0 where there is no map, as every id is what it is. */
function firstId(mappings: readonly IdMapping[]): number {
  return mappings.some(({ containerID }) => containerID === 0) ? 0 : (mappings[0]?.containerID ?? 0)
}

/** Limits and rights, in the one order in which each step still has the right to take the next. */
export function restrictProcess(process: OciProcess, filtered: boolean): Step[] {
  const { user, capabilities: caps } = process
  return [
    ...process.rlimits.map((limit) =>
      step(
        `set ${limit.type}`,
        'rlimit',
        placeOf(RLIMITS, limit.type),
        rlimitValue(limit.soft),
        rlimitValue(limit.hard),
      ),
    ),
    ...(process.noNewPrivileges ? [step('forbid new privileges', 'no-new-privileges')] : []),
    // Without no_new_privs only CAP_SYS_ADMIN may install a filter, so it comes before that goes. Source: seccomp(2).
    ...(filtered && !process.noNewPrivileges ? [step('apply the seccomp filter', 'filter')] : []),
    step('limit the bounding set', 'bounding', capabilityMask(caps.bounding)),
    step('keep capabilities across the change of user', 'keep-capabilities'),
    step(`become user ${user.uid}:${user.gid}`, 'user', user.uid, user.gid),
    step(
      'set the capabilities',
      'capabilities',
      capabilityMask(caps.effective),
      capabilityMask(caps.permitted),
      capabilityMask(caps.inheritable),
      capabilityMask(caps.ambient),
    ),
    step(`enter the working directory ${process.cwd}`, 'chdir', process.cwd),
    step('be ended with the monitor', 'death-signal', 9),
  ]
}

/** The last steps of a process: the program takes over. */
export function becomeProgram(
  process: OciProcess,
  options: { init: boolean; filtered: boolean; preservedDescriptors: number },
): Step[] {
  const name = process.args[0] ?? ''
  return [
    ...(options.init ? [step('start the init process', 'init')] : []),
    ...process.args.map((arg) => step('pass an argument', 'arg', arg)),
    ...process.env.map((entry) => step('set the environment', 'env', entry)),
    step('reset the signals', 'default-signals'),
    ...(options.filtered && process.noNewPrivileges ? [step('apply the seccomp filter', 'filter')] : []),
    ...(options.preservedDescriptors > 0 ? [step('pass descriptors on', 'preserve')] : []),
    step("close what is not the container's", 'close-on-exec', 3 + options.preservedDescriptors),
    step('announce the program', 'announce'),
    ...programCandidates(name, process.env).map((path) => step(`run ${name}`, 'exec', path)),
    step(`run ${name}`, 'exec-failed'),
  ]
}

/** The last steps of a process that runs no program. It closes all it has open, and so is known to have come here. */
export function stayAsProgram(): Step[] {
  return [step('announce the program', 'announce'), step('hold the namespaces', 'idle')]
}

function rlimitValue(limit: number): bigint {
  // RLIM_INFINITY; also what a JSON number of that size has lost its last digits from
  return limit < 0 || limit >= 2 ** 63 ? 0xffffffffffffffffn : BigInt(limit)
}
