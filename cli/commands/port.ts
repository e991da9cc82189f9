import { TspodError } from '../../base/errors.ts'
import type { PublishedPort } from '../../engine/container/config.ts'
import { listContainers } from '../../engine/container/list.ts'
import { containerPortsOf } from '../../engine/container/port.ts'
import { selectContainers } from '../../engine/container/select.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { address } from '../report/ports.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'port [options] CONTAINER [PORT]',
  positionals: {
    container: { describe: 'name or id (a unique prefix will do)' },
    port: { describe: 'of the container: 80, or 80/udp' },
  },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'of all containers' },
    latest: { type: 'boolean', alias: 'l', describe: 'of the container that was made last' },
  },
  examples: [['tspod port web 80', 'where port 80 of it can be reached']],
  run: (engine, args, { config }) => {
    if (args.all) {
      if (args.latest || args.container !== undefined)
        throw badArguments('port takes --all or a container, not both', 'port')
      const rows = listContainers(engine, {})
      return {
        lines: rows.flatMap(({ id }) => containerPortsOf(engine, id).map((port) => `${shortId(id)}\t${line(port)}`)),
      }
    }
    const words = [args.container, args.port].filter((word) => word !== undefined)
    const [ref, port, extra] = args.latest ? [...selectContainers(engine, { latest: true }), ...words] : words
    if (ref === undefined || extra !== undefined) throw badArguments('port takes a container and a port', 'port')
    try {
      const ports = containerPortsOf(engine, ref, port)
      return { lines: ports.map((found) => (port === undefined ? line(found) : hostOf(found))) }
    } catch (error) {
      if (!(error instanceof TspodError) || error.code !== 'E_PORT_NOT_PUBLISHED') throw error
      return { failures: [error], exitCode: styleOf(config).inspectMissingStatus }
    }
  },
})

function line(port: PublishedPort): string {
  return `${port.containerPort}/${port.protocol} -> ${hostOf(port)}`
}

function hostOf({ hostIp, hostPort }: PublishedPort): string {
  return `${address(hostIp)}:${hostPort}`
}
