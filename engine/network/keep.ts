import type { Engine } from '../engine.ts'
import { launch } from '../launcher/launch.ts'
import { type Watched, watchSuccessor } from '../monitor/watched.ts'
import { compileKeeperPlan } from '../plan/compile-keeper-plan.ts'
import type { Step } from '../plan/step.ts'

/**
 * Starts a helper for what runs already. It is kept by a launcher of its own, which the monitor watches
 * as it watched the helper that it started itself.
 *
 * @throws {TspodError} E_LAUNCH_FAILED, E_PORT_IN_USE, E_MONITOR_LOST
 */
export async function keepHelper(
  engine: Engine,
  { runDir, name }: { readonly runDir: string; readonly name: Watched },
  steps: readonly Step[],
): Promise<void> {
  const plan = compileKeeperPlan(runDir, steps)
  const keeper = await launch(plan, { launcher: engine.launcher, foreground: false, takeLauncher: () => undefined })
  keeper.leave()
  watchSuccessor(runDir, name, keeper)
}
