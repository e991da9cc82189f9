import { isErrno, TspodError } from '../../base/errors.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

/** A network with a name. */
export interface NetworkRow {
  /** the lowest that was free, from 1 on */
  readonly number: number
  /** 64 hexadecimal digits */
  readonly id: string
  readonly name: string
  readonly createdAtMs: number
  readonly labels: Readonly<Record<string, string>>
  /** `mtu`, `isolate` and what else was given by --opt */
  readonly options: Readonly<Record<string, string>>
  readonly subnets: readonly NetworkSubnet[]
  readonly internal: boolean
  readonly ipv6: boolean
  readonly dnsEnabled: boolean
  readonly dnsServers: readonly string[]
  /** of its bridge, where one was asked for */
  readonly interfaceName: string | null
}

export interface NetworkSubnet {
  readonly subnet: string
  readonly gateway: string
  readonly leaseStart?: string
  readonly leaseEnd?: string
  /** as it was asked for */
  readonly range?: string
}

export interface NetworkStore {
  /**
   * Makes a network of what `make` says of those there are: nobody else makes one meanwhile.
   * @throws {TspodError} E_NETWORK_EXISTS
   */
  create(make: (others: readonly NetworkRow[]) => Omit<NetworkRow, 'number'>): NetworkRow
  /** By name, id, or the beginning of one id; a name wins. @throws {TspodError} E_AMBIGUOUS_REF */
  find(ref: string): NetworkRow | undefined
  /** by name */
  list(): NetworkRow[]
  /** Whether it has gone: not while containers are to be in it. */
  remove(id: string): boolean
}

type NetworkRecord = Readonly<Record<string, string | number | null>>

const ID_PREFIX = /^[0-9a-f]{1,64}$/

export function openNetworks(database: Database): NetworkStore {
  const select = (condition: string, value: string): NetworkRow[] =>
    database.prepare<[string], NetworkRecord>(`SELECT * FROM networks WHERE ${condition} LIMIT 2`).all(value).map(rowOf)
  const list = (): NetworkRow[] =>
    database.prepare<[], NetworkRecord>('SELECT * FROM networks ORDER BY name').all().map(rowOf)
  return {
    create: (make) =>
      database
        .transaction(() => {
          const others = list()
          const row = { number: lowestFree(others), ...make(others) }
          insert(database, row)
          return row
        })
        .immediate(),
    find(ref) {
      const [exact] = [...select('name = ?', ref), ...select('id = ?', ref)]
      if (exact || !ID_PREFIX.test(ref)) return exact
      const [first, second] = select("id GLOB ? || '*'", ref)
      if (second) {
        throw new TspodError('E_AMBIGUOUS_REF', `several networks' ids begin with ${ref}`, { hint: 'give more digits' })
      }
      return first
    },
    list,
    remove(id) {
      try {
        return freeing(database, () => database.prepare('DELETE FROM networks WHERE id = ?').run(id)).changes > 0
      } catch (error) {
        if (isErrno(error, 'SQLITE_CONSTRAINT_FOREIGNKEY')) return false
        throw error
      }
    },
  }
}

function lowestFree(networks: readonly NetworkRow[]): number {
  const taken = new Set(networks.map(({ number }) => number))
  let number = 1
  while (taken.has(number)) number++
  return number
}

function insert(database: Database, row: NetworkRow): void {
  try {
    database
      .prepare('INSERT INTO networks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...[row.number, row.id, row.name, row.createdAtMs],
        ...[row.labels, row.options, row.subnets].map((value) => JSON.stringify(value)),
        ...[row.internal, row.ipv6, row.dnsEnabled].map(Number),
        JSON.stringify(row.dnsServers),
        row.interfaceName,
      )
  } catch (error) {
    if (!isErrno(error, 'SQLITE_CONSTRAINT_UNIQUE')) throw error
    throw new TspodError('E_NETWORK_EXISTS', `there is a network ${row.name} already`, {
      hint: `remove it with "tspod network rm ${row.name}", or use --ignore`,
    })
  }
}

/** Only tspod writes the database, so what is in it is of the shape it was written in. */
function rowOf(record: NetworkRecord): NetworkRow {
  const json = (column: string): unknown => JSON.parse(String(record[column]))
  return {
    number: Number(record['number']),
    id: String(record['id']),
    name: String(record['name']),
    createdAtMs: Number(record['created_at_ms']),
    labels: json('labels') as NetworkRow['labels'],
    options: json('options') as NetworkRow['options'],
    subnets: json('subnets') as NetworkRow['subnets'],
    internal: record['internal'] === 1,
    ipv6: record['ipv6'] === 1,
    dnsEnabled: record['dns_enabled'] === 1,
    dnsServers: json('dns_servers') as NetworkRow['dnsServers'],
    interfaceName: record['interface_name'] === null ? null : String(record['interface_name']),
  }
}
