import { TspodError } from '../../base/errors.ts'
import type { PublishedPort } from '../../engine/container/config.ts'
import { listContainers } from '../../engine/container/list.ts'
import { containerPortsOf, portReports } from '../../engine/container/port.ts'
import { selectContainers } from '../../engine/container/select.ts'
import type { Engine } from '../../engine/engine.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { type CommandResult, defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { address } from '../report/ports.ts'
import { type Style, styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'port [options] CONTAINER [PORT]',
  positionals: {
    container: { describe: 'name or id (a unique prefix will do)' },
    port: { describe: 'of the container: 80, or 80/udp' },
  },
  options: {
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    all: { type: 'boolean', alias: 'a', describe: 'of all containers' },
    latest: { type: 'boolean', alias: 'l', describe: 'of the container that was made last' },
  },
  examples: [
    ['tspod port web 80', 'where port 80 of it can be reached'],
    ['tspod port --format json web', 'all of it, and whether the container sees who calls', 'runs'],
  ],
  run: async (engine, args, { config }) => {
    const style = styleOf(config)
    const { ids, port } = targetsOf(engine, args)
    try {
      if (args.format !== undefined) return await formatted(engine, { ids, port, format: args.format, style })
      return { lines: ids.flatMap((id) => containerPortsOf(engine, id, port).map((found) => textOf(id, found))) }
    } catch (error) {
      if (!(error instanceof TspodError) || error.code !== 'E_PORT_NOT_PUBLISHED') throw error
      return { failures: [error], exitCode: style.inspectMissingStatus }
    }
    function textOf(id: string, found: PublishedPort): string {
      if (args.all) return `${shortId(id)}\t${line(found)}`
      return port === undefined ? line(found) : hostOf(found)
    }
  },
})

interface Targets {
  readonly ids: readonly string[]
  readonly port: string | undefined
}

interface Words {
  readonly all: boolean
  readonly latest: boolean
  readonly container: string | undefined
  readonly port: string | undefined
}

function targetsOf(engine: Engine, args: Words): Targets {
  if (args.all) {
    if (args.latest || args.container !== undefined)
      throw badArguments('port takes --all or a container, not both', 'port')
    return { ids: listContainers(engine, {}).map(({ id }) => id), port: undefined }
  }
  const words = [args.container, args.port].filter((word) => word !== undefined)
  const [ref, port, extra] = args.latest ? [...selectContainers(engine, { latest: true }), ...words] : words
  if (ref === undefined || extra !== undefined) throw badArguments('port takes a container and a port', 'port')
  return { ids: [ref], port }
}

async function formatted(
  engine: Engine,
  { ids, port, format, style }: Targets & { readonly format: string; readonly style: Style },
): Promise<CommandResult> {
  const { printFormatted } = await import('../report/formatted.ts')
  const reports = ids.flatMap((id) => portReports(engine, id, port))
  return printFormatted(format, {
    json: reports,
    rows: () =>
      reports.map(({ container, hostIp, hostPort, containerPort, protocol, keepsSource }) => ({
        ...{ Container: container, HostIp: hostIp, HostPort: hostPort },
        ...{ ContainerPort: containerPort, Protocol: protocol, KeepsSource: keepsSource },
      })),
    headings: {},
    noHeading: false,
    style,
  })
}

function line(port: PublishedPort): string {
  return `${port.containerPort}/${port.protocol} -> ${hostOf(port)}`
}

function hostOf({ hostIp, hostPort }: PublishedPort): string {
  return `${address(hostIp)}:${hostPort}`
}
