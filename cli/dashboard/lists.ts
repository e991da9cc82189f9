import { ownCommand } from '../../engine/container/command.ts'
import { parseContainerConfig } from '../../engine/container/config.ts'
import { isInfra } from '../../engine/container/is-infra.ts'
import { isUp } from '../../engine/container/is-up.ts'
import { type ContainerRow, listContainers } from '../../engine/container/list.ts'
import { publishedPorts } from '../../engine/container/published-ports.ts'
import type { Engine } from '../../engine/engine.ts'
import { readHealthStatus } from '../../engine/health/read-health.ts'
import { listImages } from '../../engine/image/list.ts'
import { listNetworks } from '../../engine/network/list.ts'
import { listPods, type Pod } from '../../engine/pod/list.ts'
import { listVolumes } from '../../engine/volume/list.ts'
import type { ContainerItem, ContainerList, DashboardSource, PodItem } from '../../ui/dashboard/source.ts'
import { portsText } from '../report/ports.ts'

/** More of a command than a wide screen shows. */
const MAX_COMMAND = 200

/** The lists of the dashboard, of what the engine knows. */
export function dashboardLists(
  engine: Engine,
): Pick<DashboardSource, 'containers' | 'images' | 'volumes' | 'networks'> {
  return {
    containers: () => containerList(engine),
    images: () =>
      listImages(engine).map(({ id, names, sizeBytes, containers, createdAtMs }) => ({
        id,
        name: names.join(', ') || '<none>',
        sizeBytes,
        containers,
        createdAtMs,
      })),
    volumes: () =>
      listVolumes(engine).map(({ name, path, createdAtMs }) => ({
        id: name,
        name,
        driver: 'local',
        path,
        createdAtMs,
      })),
    networks: () =>
      listNetworks(engine).map(({ id, name, driver, isUsed, createdAtMs, row }) => ({
        id,
        name,
        driver,
        isUsed,
        createdAtMs,
        subnets: (row?.subnets ?? []).map(({ subnet }) => subnet).join(', '),
      })),
  }
}

/** The holder of a pod is not among its containers: the pod stands for it. */
function containerList(engine: Engine): ContainerList {
  const rows = listContainers(engine, { all: true })
  return {
    containers: rows.filter((row) => !isInfra(row)).map((row) => containerItem(engine, row)),
    pods: listPods(engine).map((pod) => podItem(engine, pod)),
  }
}

function containerItem(engine: Engine, row: ContainerRow): ContainerItem {
  const { id, name, imageName: image, status: state, exitCode, createdAtMs, startedAtMs, finishedAtMs, podId } = row
  const config = parseContainerConfig(row.config)
  const runs = isUp(row)
  return {
    id,
    name,
    image,
    command: ownCommand(row.command, config).join(' ').slice(0, MAX_COMMAND),
    state,
    isUp: runs,
    health: state === 'running' ? readHealthStatus(engine.runDir(id)).status : '',
    exitCode: exitCode ?? 0,
    ports: portsText({ ...config, ports: publishedPorts(engine, row) }),
    createdAtMs,
    sinceMs: (runs ? startedAtMs : state === 'exited' ? finishedAtMs : null) ?? createdAtMs,
    podId,
  }
}

function podItem(engine: Engine, { row, status, containers }: Pod): PodItem {
  const holder = containers.find(isInfra)
  return {
    id: row.id,
    name: row.name,
    state: status,
    isUp: containers.some(isUp),
    ports: holder ? portsText({ ports: publishedPorts(engine, holder) }) : '',
    createdAtMs: row.createdAtMs,
  }
}
