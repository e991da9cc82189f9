import { formatBinarySize, formatSize } from '../../text/sizes.ts'
import type { Cell, Column } from '../columns.ts'
import type { Colour } from '../line.ts'
import type { Model } from '../model.ts'
import type { Row } from '../rows.ts'
import { graph, HISTORY } from '../usage.ts'
import { shortAge, verbDoing } from '../words.ts'

type Columns = readonly Column<Row>[]

/** The columns of the list that is looked at. */
export function columnsOf(model: Model): Columns {
  switch (model.tab) {
    case 'containers':
      return containerColumns(model)
    case 'images':
      return [
        name(60),
        column('SIZE', {
          width: 8,
          align: 'right',
          text: (row) => (row.kind === 'image' ? formatSize(row.item.sizeBytes) : ''),
        }),
        column('USED BY', {
          width: 7,
          align: 'right',
          text: (row) => (row.kind === 'image' ? usedBy(row.item.containers) : ''),
        }),
        age(model),
        id(1),
      ]
    case 'volumes':
      return [
        name(64),
        column('DRIVER', { width: 8, maximum: 12, text: (row) => (row.kind === 'volume' ? row.item.driver : '') }),
        age(model),
        column('PATH', {
          width: 24,
          maximum: 120,
          importance: 1,
          text: (row) => (row.kind === 'volume' ? row.item.path : ''),
        }),
      ]
    case 'networks':
      return [
        name(40),
        column('DRIVER', { width: 8, maximum: 12, text: (row) => (row.kind === 'network' ? row.item.driver : '') }),
        age(model),
        column('SUBNETS', {
          width: 20,
          maximum: 60,
          importance: 1,
          text: (row) => (row.kind === 'network' ? row.item.subnets : ''),
        }),
        id(2),
      ]
    case 'events':
      return [
        column('TIME', { width: 8, text: (row) => (row.kind === 'event' ? clock(row.item.timeMs) : '') }),
        column('TYPE', { width: 9, text: (row) => (row.kind === 'event' ? row.item.type : '') }),
        column('WHAT', { width: 13, maximum: 15, text: (row) => (row.kind === 'event' ? row.item.action : '') }),
        column('NAME', {
          width: 16,
          maximum: 50,
          text: (row) => (row.kind === 'event' ? row.item.name || row.item.id.slice(0, 12) : ''),
        }),
        column('DETAIL', {
          width: 24,
          maximum: 140,
          importance: 1,
          text: (row) => (row.kind === 'event' ? row.item.detail : ''),
        }),
      ]
  }
}

function containerColumns(model: Model): Columns {
  const use = ({ id, item }: Row) => ('isUp' in item && item.isUp ? model.usage.get(id) : undefined)
  const cpu = (row: Row): number | undefined => use(row)?.cpuPercents.at(-1)
  const fullCpu = (values: readonly number[]): number => Math.max(25, ...values)
  return [
    name(40),
    { ...column('STATE', { width: 12, maximum: 16, text: () => '' }), cell: (row) => stateCell(model, row) },
    column('CPU%', { width: 6, align: 'right', text: (row) => (cpu(row) === undefined ? '' : percent(cpu(row) ?? 0)) }),
    column('', {
      width: 8,
      maximum: HISTORY,
      importance: 3,
      colour: 'cyan',
      text: (row) => graph(use(row)?.cpuPercents ?? [], HISTORY, fullCpu(use(row)?.cpuPercents ?? [])).slice(-HISTORY),
      align: 'right',
    }),
    column('MEMORY', { width: 8, align: 'right', text: (row) => memory(use(row)?.memoryBytes) }),
    column('', {
      width: 8,
      maximum: HISTORY,
      importance: 6,
      colour: 'magenta',
      text: (row) => graph(use(row)?.memoryPercents ?? [], HISTORY, 100),
      align: 'right',
    }),
    age(model),
    column('IMAGE', {
      width: 14,
      maximum: 44,
      importance: 1,
      text: (row) => (row.kind === 'container' ? shortImage(row.item.image) : ''),
    }),
    column('PORTS', {
      width: 12,
      maximum: 44,
      importance: 2,
      text: (row) => ('ports' in row.item ? row.item.ports : ''),
    }),
    id(4),
    column('COMMAND', {
      width: 16,
      maximum: 60,
      importance: 5,
      text: (row) => (row.kind === 'container' ? row.item.command : ''),
    }),
  ]
}

function stateCell(model: Model, row: Row): Cell {
  const doing = model.busy.get(row.id)
  if (doing !== undefined) return { text: `${verbDoing(doing)}…`, colour: 'yellow' }
  if (row.kind === 'pod') return { text: row.item.state.toLowerCase(), colour: row.item.isUp ? 'green' : undefined }
  if (row.kind !== 'container') return { text: '' }
  const { state, health, exitCode, isUp } = row.item
  if (state === 'exited')
    return { text: `exited (${exitCode})`, ...(exitCode === 0 ? { isDim: true } : { colour: 'red' }) }
  if (state === 'running' && health !== '') return { text: health, colour: HEALTH[health] ?? 'yellow' }
  return { text: state, colour: state === 'running' ? 'green' : isUp ? 'yellow' : undefined }
}

const HEALTH: Readonly<Record<string, Colour>> = { healthy: 'green', unhealthy: 'red' }

interface ColumnWords {
  readonly width: number
  readonly maximum?: number
  readonly importance?: number
  readonly align?: 'left' | 'right'
  readonly colour?: Colour
  readonly text: (row: Row) => string
}

function column(
  heading: string,
  { width, maximum = width, importance = 0, align = 'left', colour, text }: ColumnWords,
): Column<Row> {
  return { heading, width, maximum, importance, align, cell: (row) => ({ text: text(row), colour }) }
}

function name(maximum: number): Column<Row> {
  const nameOf = (row: Row): string => {
    if (row.kind === 'container' && row.isMember) return `└ ${row.item.name}`
    return row.kind === 'pod' ? `pod ${row.item.name}` : row.item.name
  }
  return column('NAME', { width: 12, maximum, text: nameOf })
}

function id(importance: number): Column<Row> {
  return column('ID', { width: 12, importance, text: ({ item }) => item.id.slice(0, 12) })
}

/** Since when a container is in its state; of others since they were made. */
function age({ nowMs }: Model): Column<Row> {
  const since = ({ kind, item }: Row): number =>
    kind === 'container' ? item.sinceMs : 'createdAtMs' in item ? item.createdAtMs : nowMs
  return column('AGE', { width: 4, align: 'right', text: (row) => shortAge(nowMs - since(row)) })
}

/** As it may be typed. Source: docker's and podman's short names of the Hub. */
function shortImage(image: string): string {
  return image.replace(/^docker\.io\/(library\/)?/, '')
}

function usedBy(count: number): string {
  return count === 0 ? '' : `${count}`
}

function percent(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0)
}

function memory(bytes: number | undefined): string {
  return bytes === undefined ? '' : formatBinarySize(bytes).replace('iB', '')
}

function clock(timeMs: number): string {
  const time = new Date(timeMs)
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => `${part}`.padStart(2, '0')).join(':')
}
