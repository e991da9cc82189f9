import { isErrno, TspodError } from '../../base/errors.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

/** A container's place in a network. */
export interface EndpointRow extends EndpointRequest {
  readonly containerId: string
  /** null but while the container runs */
  readonly ip4: string | null
  readonly ip6: string | null
  readonly mac: string | null
}

/** What is asked for. */
export interface EndpointRequest {
  readonly networkId: string
  /** in the container */
  readonly interfaceName: string
  readonly aliases: readonly string[]
  readonly requestedIp4: string | null
  readonly requestedIp6: string | null
  readonly requestedMac: string | null
}

export type Addresses = Pick<EndpointRow, 'ip4' | 'ip6' | 'mac'>

export interface EndpointStore {
  /**
   * Behind those that the container has.
   * @throws {TspodError} E_ENDPOINT_EXISTS: it is in that network
   * @throws {TspodError} E_NETWORK_NOT_FOUND: the network went away in the meantime
   */
  add(containerId: string, request: EndpointRequest): void
  /** Whether there was one. */
  remove(containerId: string, networkId: string): boolean
  /** in the order in which they were asked for */
  ofContainer(containerId: string): EndpointRow[]
  ofNetwork(networkId: string): EndpointRow[]
  list(): EndpointRow[]
  /**
   * Gives a container the addresses that `choose` says, endpoint by endpoint, all of them or none:
   * nobody else gets one meanwhile.
   *
   * @param choose is given one endpoint and the others of its network
   */
  assign(containerId: string, choose: (own: EndpointRow, others: readonly EndpointRow[]) => Addresses): EndpointRow[]
  /** Its addresses are free for others. */
  release(containerId: string): void
}

type EndpointRecord = Readonly<Record<string, string | null>>

export function openEndpoints(database: Database): EndpointStore {
  const select = (rest: string, ...values: string[]): EndpointRow[] =>
    database
      .prepare<string[], EndpointRecord>(`SELECT * FROM endpoints ${rest}`)
      .all(...values)
      .map(rowOf)
  const store: EndpointStore = {
    add: (containerId, request) => insert(database, containerId, request),
    remove: (containerId, networkId) =>
      freeing(database, () =>
        database.prepare('DELETE FROM endpoints WHERE container_id = ? AND network_id = ?').run(containerId, networkId),
      ).changes > 0,
    ofContainer: (containerId) => select('WHERE container_id = ? ORDER BY position', containerId),
    ofNetwork: (networkId) => select('WHERE network_id = ? ORDER BY container_id', networkId),
    list: () => select('ORDER BY container_id, position'),
    assign: (containerId, choose) =>
      database
        .transaction(() => {
          for (const own of store.ofContainer(containerId)) {
            const others = store.ofNetwork(own.networkId).filter((other) => other.containerId !== containerId)
            const { ip4, ip6, mac } = choose(own, others)
            database
              .prepare('UPDATE endpoints SET ip4 = ?, ip6 = ?, mac = ? WHERE container_id = ? AND network_id = ?')
              .run(ip4, ip6, mac, containerId, own.networkId)
          }
          return store.ofContainer(containerId)
        })
        .immediate(),
    release(containerId) {
      const addresses = 'UPDATE endpoints SET ip4 = NULL, ip6 = NULL, mac = NULL'
      const release = `${addresses} WHERE container_id = ? AND mac IS NOT NULL`
      freeing(database, () => database.prepare(release).run(containerId))
    },
  }
  return store
}

function insert(database: Database, containerId: string, request: EndpointRequest): void {
  try {
    database
      .prepare(
        `INSERT INTO endpoints VALUES (@containerId, @networkId,
          (SELECT ifnull(max(position), 0) + 1 FROM endpoints WHERE container_id = @containerId),
          @interfaceName, @aliases, @requestedIp4, @requestedIp6, @requestedMac, NULL, NULL, NULL)`,
      )
      .run({ ...request, containerId, aliases: JSON.stringify(request.aliases) })
  } catch (error) {
    if (isErrno(error, 'SQLITE_CONSTRAINT_FOREIGNKEY')) {
      const message = 'a network or the container was removed in the meantime'
      throw new TspodError('E_NETWORK_NOT_FOUND', message, { cause: error })
    }
    if (!isErrno(error, 'SQLITE_CONSTRAINT_PRIMARYKEY')) throw error
    throw new TspodError('E_ENDPOINT_EXISTS', 'the container is in that network already', { cause: error })
  }
}

function rowOf(record: EndpointRecord): EndpointRow {
  const text = (column: string): string | null => record[column] ?? null
  return {
    containerId: text('container_id') ?? '',
    networkId: text('network_id') ?? '',
    interfaceName: text('interface_name') ?? '',
    aliases: JSON.parse(text('aliases') ?? '[]') as string[],
    requestedIp4: text('requested_ip4'),
    requestedIp6: text('requested_ip6'),
    requestedMac: text('requested_mac'),
    ip4: text('ip4'),
    ip6: text('ip6'),
    mac: text('mac'),
  }
}
