import type { Engine } from '../../engine/engine.ts'
import { inspectNetwork } from '../../engine/network/inspect.ts'
import { findDockersNetwork } from '../../engine/network/list.ts'
import type { ReportRow } from '../../ui/text/template/report.ts'
import type { Style } from '../style/style.ts'
import { dockerInspect, dockerInspectOwn, podmanFields, podmanInspect } from './networks.ts'

/**
 * A network as `inspect` shows it. A template may name what JSON leaves out.
 *
 * @throws {TspodError} E_NETWORK_NOT_FOUND, E_AMBIGUOUS_REF
 */
export function networkReport(
  engine: Engine,
  ref: string,
  options: { readonly style: Style; readonly json: boolean },
): ReportRow {
  if (options.style.engine === 'docker') {
    const own = findDockersNetwork(engine, ref)
    return own ? dockerInspectOwn(own) : dockerInspect(inspectNetwork(engine, ref))
  }
  const found = podmanInspect(inspectNetwork(engine, ref))
  return options.json ? found : podmanFields(found)
}
