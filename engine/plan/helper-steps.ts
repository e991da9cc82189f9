import { dirname } from 'node:path'
import {
  type HelperCommand,
  type HelperNamespace,
  NAMESPACE_FD,
  namespaceFile,
  namespacePath,
} from '../../network/helper-command.ts'
import { CLONE, MS } from './constants.ts'
import { type Step, step } from './step.ts'

/**
 * Starts a helper beside the container.
 *
 * @param logFile what it says until it is ready, and where it stays in the foreground all it says; files for it are beside
 */
export function startHelper(helper: HelperCommand, logFile: string): Step[] {
  const inside = [
    step(`open the log of ${helper.name}`, 'output', logFile),
    ...namespaceSteps(helper, dirname(logFile)),
    step('reset the signals', 'default-signals'),
    step('pass an argument', 'arg', helper.program),
    ...helper.args.map((arg) => step('pass an argument', 'arg', arg)),
    ...helper.env.map((entry) => step('set the environment', 'env', entry)),
    step(`run ${helper.name}`, 'exec', helper.program),
    step(`run ${helper.name}`, 'exec-failed'),
  ]
  return [step(`start ${helper.name}`, 'helper', inside.length), ...inside]
}

/** Files are mounts in a mount namespace of its own, and go with it. Source: namespaces(7), "The /proc/[pid]/ns/ directory". */
function namespaceSteps({ namespaces = [], byFiles = false }: HelperCommand, directory: string): Step[] {
  const why = 'open the namespaces of the container'
  const opened = namespaces.map((type) => step(why, 'namespace', NAMESPACE_FD[type], type))
  if (!byFiles) return opened
  const asFile = (type: HelperNamespace): Step[] => [
    step(why, 'file', namespaceFile(type)),
    step(why, 'mount', '', namespacePath(type), namespaceFile(type), MS.bind, ''),
  ]
  return [
    ...opened,
    step('enter the runtime directory', 'chdir', directory),
    step('make a mount namespace', 'unshare', CLONE.mount),
    step('detach from the mounts of the host', 'mount', '', '', '/', MS.rec | MS.slave, ''),
    ...namespaces.flatMap(asFile),
  ]
}

/** Starts the helper while the child sets itself up, and waits until it is ready. */
export function helperSteps(helper: HelperCommand, logFile: string): Step[] {
  return [...startHelper(helper, logFile), step(`start ${helper.name}`, 'await-helper')]
}
