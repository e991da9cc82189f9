import { badValue } from './bad-value.ts'

/**
 * What `--oom-score-adj` comes to. Only root may make a process less likely to be killed than the
 * one it comes from, so for anybody else the caller's own value is the least.
 *
 * @param own of the calling process
 * @throws {TspodError} E_BAD_OOM_SCORE
 * @see proc_pid_oom_score_adj(5); podman-run(1), "--oom-score-adj"
 */
export function oomScoreAdj(wanted: number | undefined, own: number, rootless: boolean): number | undefined {
  if (wanted === undefined) return undefined
  if (!Number.isInteger(wanted) || wanted < -1000 || wanted > 1000)
    throw badValue('E_BAD_OOM_SCORE', '--oom-score-adj', `${wanted}`, 'not a whole number from -1000 to 1000')
  return rootless ? Math.max(wanted, own) : wanted
}
