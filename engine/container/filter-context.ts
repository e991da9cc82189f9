import type { Engine } from '../engine.ts'
import { readHealthStatus } from '../health/read-health.ts'
import { descendantsOf } from '../image/family.ts'
import { hasName } from '../image/filter.ts'
import { containerNetworks } from '../network/container-networks.ts'
import { dockerNetworkName } from '../network/find.ts'
import type { FilterContext } from './filter.ts'

/** What filters ask, as this engine has it. */
export function filterContext(engine: Engine): FilterContext {
  const { containers, images } = engine.storage
  return {
    resolve: (ref) => containers.resolve(ref),
    health: (row) => readHealthStatus(engine.runDir(row.id)).status,
    networks: (row) =>
      containerNetworks(engine, row).flatMap(({ network }) => [
        network.name,
        network.id,
        dockerNetworkName(network.name),
      ]),
    pods: (value) =>
      new Set(
        engine.storage.pods
          .list()
          .filter(({ id, name }) => name === value || id.startsWith(value))
          .map(({ id }) => id),
      ),
    family: (wanted) => {
      const all = images.list()
      const id = wanted.replace(/^sha256:/, '')
      const isNamed = hasName(wanted)
      const meant = all.filter((image) => (id.length >= 3 && image.id.startsWith(id)) || isNamed(image))
      return new Set([...meant, ...meant.flatMap((image) => descendantsOf(image, all))].map((image) => image.id))
    },
  }
}
