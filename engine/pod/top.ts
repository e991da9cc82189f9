import { TspodError } from '../../base/errors.ts'
import { isInfra } from '../container/is-infra.ts'
import { readNamespaces } from '../container/namespaces.ts'
import { type TopOptions, type TopReport, topContainer } from '../container/top.ts'
import type { Engine } from '../engine.ts'
import { containersFor, resolvePod } from './pod.ts'

/**
 * The processes of all containers of a pod; where they see each other's processes each is there once.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_DESCRIPTOR; E_POD_STATE: none of them runs
 * @see podman-pod-top(1)
 */
export function topPod(engine: Engine, ref: string, options: TopOptions = {}): TopReport {
  const pod = resolvePod(engine, ref)
  const seen = new Set<string>()
  const reports: TopReport[] = []
  // The holder has no names for users: of the processes that it shares the others say more.
  const containers = containersFor(pod, 'top').sort((a, b) => Number(isInfra(a)) - Number(isInfra(b)))
  for (const { id, pid } of containers) {
    const { pid: namespace } = readNamespaces(pid)
    if (namespace !== '' && seen.has(namespace)) continue
    seen.add(namespace)
    reports.push(topContainer(engine, id, options))
  }
  const [first] = reports
  if (!first) throw new TspodError('E_POD_STATE', `cannot look into pod ${ref} as it is ${pod.status.toLowerCase()}`)
  return { headings: first.headings, rows: reports.flatMap(({ rows }) => rows) }
}
