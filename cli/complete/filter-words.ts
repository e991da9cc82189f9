import { CONTAINER_FILTERS, HEALTHS } from '../../engine/container/filter.ts'
import { CONTAINER_STATUSES } from '../../engine/container/filter-values.ts'
import { EVENT_TYPES } from '../../engine/events/event.ts'
import { EVENT_FILTERS } from '../../engine/events/filter.ts'
import { IMAGE_FILTERS, PRUNE_KEYS } from '../../engine/image/filter.ts'
import { NETWORK_FILTERS } from '../../engine/network/filter.ts'
import { POD_FILTERS } from '../../engine/pod/filter.ts'
import { POD_STATUSES } from '../../engine/pod/status.ts'
import { SECRET_FILTERS } from '../../engine/secret/filter.ts'
import { VOLUME_FILTERS } from '../../engine/volume/filter.ts'
import type { Values } from './value-kinds.ts'

/** What a command filters by, and what may stand behind a key where that is few words or a name. */
interface Filters {
  readonly keys: readonly string[]
  readonly values: Readonly<Record<string, Values>>
}

const BOOLEAN: Values = { words: ['true', 'false'] }
const CONTAINER: Values = { names: ['container'] }
const IMAGE: Values = { names: ['image'] }
const LOCAL: Values = { words: ['local'] }
const NETWORK: Values = { names: ['network'] }
const POD: Values = { names: ['pod'] }
const STATUS: Values = { words: CONTAINER_STATUSES }
const VOLUME: Values = { names: ['volume'] }

const CONTAINERS: Filters = {
  keys: CONTAINER_FILTERS,
  values: {
    ...{ ancestor: IMAGE, before: CONTAINER, health: { words: HEALTHS }, 'is-task': BOOLEAN, name: CONTAINER },
    ...{ network: NETWORK, pod: POD, 'restart-policy': { words: ['always', 'no', 'on-failure', 'unless-stopped'] } },
    ...{ 'should-start-on-boot': BOOLEAN, since: CONTAINER, status: STATUS, volume: VOLUME },
  },
}
const IMAGES: Filters = {
  keys: IMAGE_FILTERS,
  values: {
    ...{ after: IMAGE, before: IMAGE, containers: { words: ['true', 'false', 'external'] }, dangling: BOOLEAN },
    ...{ intermediate: BOOLEAN, manifest: BOOLEAN, readonly: BOOLEAN, reference: IMAGE, since: IMAGE },
  },
}
const NETWORKS: Filters = {
  keys: NETWORK_FILTERS,
  values: {
    ...{ dangling: BOOLEAN, driver: { words: ['bridge'] }, name: NETWORK, scope: LOCAL },
    type: { words: ['custom', 'builtin'] },
  },
}
const PODS: Filters = {
  keys: POD_FILTERS,
  values: {
    ...{ 'ctr-names': CONTAINER, 'ctr-status': STATUS, name: POD, network: NETWORK },
    status: { words: POD_STATUSES.map((status) => status.toLowerCase()) },
  },
}
const VOLUMES: Filters = {
  keys: VOLUME_FILTERS,
  values: { anonymous: BOOLEAN, dangling: BOOLEAN, driver: LOCAL, name: VOLUME, scope: LOCAL },
}
const ACTIONS: Values = {
  words: ['attach', 'create', 'died', 'exec', 'health_status', 'kill', 'pause', 'pull', 'remove', 'start', 'stop'],
}
const EVENTS: Filters = {
  keys: EVENT_FILTERS,
  values: {
    ...{
      container: CONTAINER,
      event: ACTIONS,
      image: IMAGE,
      network: NETWORK,
      pod: POD,
      secret: { names: ['secret'] },
    },
    ...{ scope: LOCAL, status: ACTIONS, type: { words: EVENT_TYPES }, volume: VOLUME },
  },
}

/** By command; those that act on containers filter as `ps` does. */
const OF_COMMANDS: Readonly<Record<string, Filters>> = {
  'container prune': CONTAINERS,
  events: EVENTS,
  'image prune': { keys: PRUNE_KEYS, values: IMAGES.values },
  images: IMAGES,
  'network ls': NETWORKS,
  'network prune': NETWORKS,
  pause: CONTAINERS,
  'pod prune': PODS,
  'pod ps': PODS,
  ps: CONTAINERS,
  restart: CONTAINERS,
  rm: CONTAINERS,
  search: {
    keys: ['stars', 'is-official', 'is-automated'],
    values: { 'is-automated': BOOLEAN, 'is-official': BOOLEAN },
  },
  'secret ls': { keys: SECRET_FILTERS, values: { name: { names: ['secret'] } } },
  start: CONTAINERS,
  stop: CONTAINERS,
  'system prune': { keys: ['until', 'label', 'label!'], values: {} },
  unpause: CONTAINERS,
  'volume ls': VOLUMES,
  'volume prune': VOLUMES,
}

/**
 * What `--filter` of a command may be given: its keys, and behind one what that takes.
 *
 * @param typed of the value
 */
export function valuesOfFilter(command: string, typed: string): { readonly values: Values; readonly key: string } {
  const filters = Object.hasOwn(OF_COMMANDS, command) ? OF_COMMANDS[command] : undefined
  if (!filters) return { values: {}, key: '' }
  const [, key] = /^([^=]*)=/.exec(typed) ?? []
  if (key === undefined) return { values: { words: filters.keys.map((known) => `${known}=`) }, key: '' }
  return { values: (Object.hasOwn(filters.values, key) && filters.values[key]) || {}, key: `${key}=` }
}
