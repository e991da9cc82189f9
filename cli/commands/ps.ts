import { setTimeout as sleep } from 'node:timers/promises'
import { type ContainerRow, type ListOptions, listContainers } from '../../engine/container/list.ts'
import { publishedPorts } from '../../engine/container/published-ports.ts'
import type { Engine } from '../../engine/engine.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { type CommandResult, defineCommand } from '../command.ts'
import { type CliConfig, nameOf } from '../config.ts'
import { badArguments } from '../flags/errors.ts'
import {
  NS_HEADINGS,
  nsCells,
  psCells,
  psHeadings,
  type ReportOptions,
  type ShownContainer,
} from '../report/containers.ts'
import { CONTAINER_SORTS, sortContainers } from '../report/sort-containers.ts'
import { resultText } from '../result-text.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'ps [options]',
  description:
    'List containers: those that run, or all. Filters are id, name, label, label!, status, exited, ancestor, before, since, until, ' +
    'volume, network, publish, expose, health, pod, restart-policy, should-start-on-boot and command; of several for one key ' +
    'one must match, but for labels, which must all be there. name and id are regular expressions. ' +
    'On a terminal, without any flag, --ci and --json among them, and under the name tspod, it opens the dashboard: see "tspod ui".',
  positionals: {},
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'those that do not run, too' },
    external: { type: 'boolean', hidden: true, describe: 'containers of other programs; there are none' },
    filter: { type: 'string', array: true, alias: 'f', placeholder: 'KEY=VALUE', describe: 'only those that match' },
    format: { type: 'string', placeholder: 'json|TEMPLATE', describe: 'JSON, or a line for each by a Go template' },
    last: { type: 'number', alias: 'n', minimum: -1, placeholder: 'NUMBER', describe: 'the newest, running or not' },
    latest: { type: 'boolean', alias: 'l', describe: 'the newest, running or not' },
    'no-trunc': { type: 'boolean', describe: 'show ids and commands in full' },
    noheading: { type: 'boolean', describe: 'no line of headings' },
    ns: { type: 'boolean', alias: 'namespace', describe: 'show the namespaces' },
    pod: { type: 'boolean', alias: 'p', describe: 'show the pods' },
    quiet: { type: 'boolean', alias: 'q', describe: 'only the ids' },
    size: { type: 'boolean', alias: 's', describe: 'show the sizes' },
    sort: { type: 'string', choices: CONTAINER_SORTS, describe: 'what to sort by' },
    sync: { type: 'boolean', hidden: true, describe: 'look again; it always does' },
    watch: { type: 'number', alias: 'w', minimum: 0, placeholder: 'SECONDS', describe: 'show it again and again' },
  },
  examples: [
    ['tspod ps -a', 'all containers', 'runs'],
    ["tspod ps --format '{{.Names}} {{.Status}}'", 'name and status of each', 'runs'],
    ['tspod ps -a --filter status=exited --filter label=app=web', 'those that have ended and have that label', 'runs'],
  ],
  run: async (engine, args, io) => {
    const { config, stdout } = io
    requireSense(args)
    if (stdout.isTerminal() && isPlain(args) && isOurName(config) && isForPeople(config)) {
      const { canShowDashboard, showDashboard } = await import('../dashboard/show.ts')
      const ended = canShowDashboard(io) ? await showDashboard(engine, io) : undefined
      if (ended) return ended
    }
    if (!args.watch) return await showList(engine, args, config)
    for (;;) {
      const list = await showList(engine, args, config)
      stdout.write(`\u001b[2J\u001b[H${resultText(list, io)}`)
      await sleep(args.watch * 1000)
    }
  },
})

/** The list as it is without flags. */
export async function plainList(engine: Engine, config: CliConfig): Promise<CommandResult> {
  return await showList(engine, PLAIN, config)
}

async function showList(engine: Engine, args: Arguments, config: CliConfig): Promise<CommandResult> {
  const options = { nowMs: Date.now(), noTruncate: args.noTrunc, style: styleOf(config) }
  return await print(args, await collect(engine, args, options), options)
}

/** Who gives a flag wants a list. */
function isPlain(args: Arguments): boolean {
  return Object.values(args).every((value) => !value || (Array.isArray(value) && value.length === 0))
}

/** Those that ask for --ci or --json read what is written, and press no keys. */
function isForPeople({ ci, json }: CliConfig): boolean {
  return ci === undefined && !json
}

/** Called as docker or podman it does what they do. */
function isOurName({ env }: CliConfig): boolean {
  return nameOf(env) === 'tspod' && !env['TSPOD_COMPAT']
}

interface Arguments {
  readonly all: boolean
  readonly filter: readonly string[]
  readonly format: string | undefined
  readonly last: number | undefined
  readonly latest: boolean
  readonly noTrunc: boolean
  readonly noheading: boolean
  readonly ns: boolean
  readonly pod: boolean
  readonly quiet: boolean
  readonly size: boolean
  readonly sort: string | undefined
  readonly watch: number | undefined
}

const PLAIN: Arguments = {
  all: false,
  filter: [],
  format: undefined,
  last: undefined,
  latest: false,
  noTrunc: false,
  noheading: false,
  ns: false,
  pod: false,
  quiet: false,
  size: false,
  sort: undefined,
  watch: undefined,
}

/** Source: podman's ps. */
function requireSense({ last = -1, latest, quiet, size, ns, watch }: Arguments): void {
  if (last >= 0 && latest) throw badArguments('ps takes --last or --latest, not both', 'ps')
  if (quiet && (size || ns)) throw badArguments('ps takes --quiet, --size or --ns, only one of them', 'ps')
  if (size && ns) throw badArguments('ps takes --size or --ns, not both', 'ps')
  if (watch && latest) throw badArguments('ps takes --watch or --latest, not both', 'ps')
}

async function collect(engine: Engine, args: Arguments, { style }: ReportOptions): Promise<readonly ShownContainer[]> {
  const last = args.latest ? 1 : args.last !== undefined && args.last > 0 ? args.last : undefined
  const list: ListOptions = { all: args.all, filters: args.filter, ...(last === undefined ? {} : { last }) }
  const rows = listContainers(engine, list)
  if (style.engine === 'docker') rows.reverse()
  if (args.quiet && !args.sort && args.format === undefined) return rows.map((row) => ({ row, health: '' }))
  const wantsSize = args.size || args.sort === 'size' || /\.Size\b/.test(args.format ?? '')
  const wantsNamespaces = args.ns || /\.(Namespaces|Cgroup|IPC|MNT|NET|PIDNS|User|UTS)\b/.test(args.format ?? '')
  const { readHealthStatus } = await import('../../engine/health/read-health.ts')
  const sizeOf = wantsSize ? (await import('../../engine/container/size.ts')).containerSize : undefined
  const namespacesOf = wantsNamespaces
    ? (await import('../../engine/container/namespaces.ts')).readNamespaces
    : undefined
  const networksOf = args.format === undefined ? undefined : await networkNames()
  const podNames = args.pod || args.format !== undefined ? namesOfPods(engine) : undefined
  const shown = rows.map((row) => ({
    row,
    ...(row.podId !== null && { ports: publishedPorts(engine, row) }),
    ...(podNames && row.podId !== null && { podName: podNames.get(row.podId) ?? '' }),
    health: row.status === 'running' ? readHealthStatus(engine.runDir(row.id)).status : '',
    ...(sizeOf && { size: sizeOf(engine, row) }),
    ...(namespacesOf && { namespaces: namespacesOf(row.pid) }),
    ...(networksOf && { networks: networksOf(engine, row) }),
  }))
  return args.sort ? sortContainers(shown, args.sort) : shown
}

function namesOfPods({ storage }: Engine): ReadonlyMap<string, string> {
  return new Map(storage.pods.list().map(({ id, name }) => [id, name]))
}

/** Networks show where a format is asked for. */
async function networkNames(): Promise<(engine: Engine, row: ContainerRow) => string[]> {
  const { containerNetworks } = await import('../../engine/network/container-networks.ts')
  return (engine, row) => containerNetworks(engine, row).map(({ network }) => network.name)
}

async function print(
  args: Arguments,
  shown: readonly ShownContainer[],
  options: ReportOptions,
): Promise<CommandResult> {
  const { style, noTruncate } = options
  // A template wins over podman's --quiet; docker's wins over a template.
  if (args.quiet && (args.format === undefined || style.engine === 'docker')) {
    return { lines: shown.map(({ row }) => (noTruncate ? row.id : shortId(row.id))) }
  }
  if (args.format === undefined || args.format === 'table') {
    const columns = { pod: args.pod, size: args.size }
    const cells = shown.map((one) => (args.ns ? nsCells(one, options) : psCells(one, options, columns)))
    const headings = args.ns ? NS_HEADINGS : psHeadings(columns)
    return { lines: style.table(args.noheading ? cells : [headings, ...cells]) }
  }
  const { printFormatted } = await import('../report/formatted.ts')
  const noHeading = args.noheading
  if (style.engine === 'docker') {
    const { DOCKER_PS_HEADINGS, dockerPsFields, dockerPsJson } = await import('../report/containers-docker.ts')
    return printFormatted(args.format, {
      json: shown.map((one) => dockerPsJson(one, options)),
      rows: () => shown.map((one) => dockerPsFields(one, options)),
      headings: DOCKER_PS_HEADINGS,
      noHeading,
      style,
    })
  }
  const { PS_FIELD_HEADINGS, psFields, psJson } = await import('../report/containers-podman.ts')
  return printFormatted(args.format, {
    json: shown.map((one) => psJson(one, options)),
    rows: () => shown.map((one) => psFields(one, options)),
    headings: PS_FIELD_HEADINGS,
    noHeading,
  })
}
