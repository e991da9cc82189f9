import { type HelperCommand, NAMESPACE_FD } from '../../network/helper-command.ts'
import { type Step, step } from './step.ts'

/** Starts a helper beside the container. */
export function startHelper(helper: HelperCommand, logFile: string): Step[] {
  const inside = [
    step(`open the log of ${helper.name}`, 'output', logFile),
    ...(helper.namespaces ?? []).map((type) =>
      step('open the namespaces of the container', 'namespace', NAMESPACE_FD[type], type),
    ),
    step('reset the signals', 'default-signals'),
    step('pass an argument', 'arg', helper.program),
    ...helper.args.map((arg) => step('pass an argument', 'arg', arg)),
    ...helper.env.map((entry) => step('set the environment', 'env', entry)),
    step(`run ${helper.name}`, 'exec', helper.program),
    step(`run ${helper.name}`, 'exec-failed'),
  ]
  return [step(`start ${helper.name}`, 'helper', inside.length), ...inside]
}

/** Starts the helper while the child sets itself up, and waits until it is ready. */
export function helperSteps(helper: HelperCommand, logFile: string): Step[] {
  return [...startHelper(helper, logFile), step(`start ${helper.name}`, 'await-helper')]
}
