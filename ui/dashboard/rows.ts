import type { Model } from './model.ts'
import type { ContainerItem, EventItem, ImageItem, NetworkItem, PodItem, Target, VolumeItem } from './source.ts'

/** A row of the list that is looked at. */
export type Row =
  | { readonly kind: 'container'; readonly id: string; readonly item: ContainerItem; readonly isMember: boolean }
  | { readonly kind: 'pod'; readonly id: string; readonly item: PodItem }
  | { readonly kind: 'image'; readonly id: string; readonly item: ImageItem }
  | { readonly kind: 'volume'; readonly id: string; readonly item: VolumeItem }
  | { readonly kind: 'network'; readonly id: string; readonly item: NetworkItem }
  | { readonly kind: 'event'; readonly id: string; readonly item: EventItem }

/** The rows of the list that is looked at, filtered and sorted. Pure. */
export function listRows(model: Model): readonly Row[] {
  switch (model.tab) {
    case 'containers':
      return containerRows(model)
    case 'images':
      return plainRows(model, model.images).map((item) => ({ kind: 'image', id: item.id, item }))
    case 'volumes':
      return plainRows(model, model.volumes).map((item) => ({ kind: 'volume', id: item.id, item }))
    case 'networks':
      return plainRows(model, model.networks).map((item) => ({ kind: 'network', id: item.id, item }))
    case 'events':
      return model.events
        .filter(({ type, action, name, detail }) => hasWord(model, [type, action, name, detail]))
        .map((item, index) => ({ kind: 'event', id: `${model.events.length - index}`, item }))
  }
}

export function selectedRow(model: Model): Row | undefined {
  const rows = listRows(model)
  return rows[Math.min(model.places[model.tab].index, rows.length - 1)]
}

/** What an action on a row is on; an event is nothing that could be acted on. */
export function targetOf(row: Row | undefined): Target | undefined {
  if (row === undefined || row.kind === 'event') return undefined
  const { id, name } = row.item
  return { kind: row.kind, id, name }
}

function plainRows<Item extends ImageItem | VolumeItem | NetworkItem>(model: Model, items: readonly Item[]): Item[] {
  const isByAge = model.sort === 'age'
  return items
    .filter(({ name, id }) => hasWord(model, [name, id]))
    .sort((one, other) => (isByAge ? other.createdAtMs - one.createdAtMs : compare(one.name, other.name)))
}

/** A pod stands where the first of its containers would; they follow it. */
function containerRows(model: Model): Row[] {
  const { containers, pods } = model.containers
  const shown = containers
    .filter(({ isUp }) => model.isAll || isUp)
    .filter(({ name, id, image, state, health }) => hasWord(model, [name, id.slice(0, 12), image, state, health]))
    .sort(order(model))
  const rows: Row[] = []
  const done = new Set<string>()
  const addPod = (pod: PodItem): void => {
    done.add(pod.id)
    rows.push({ kind: 'pod', id: pod.id, item: pod })
    for (const item of shown) {
      if (item.podId === pod.id) rows.push({ kind: 'container', id: item.id, item, isMember: true })
    }
  }
  const podsById = new Map(pods.map((pod) => [pod.id, pod]))
  for (const item of shown) {
    const pod = item.podId === null ? undefined : podsById.get(item.podId)
    if (pod === undefined) rows.push({ kind: 'container', id: item.id, item, isMember: false })
    else if (!done.has(pod.id)) addPod(pod)
  }
  for (const pod of pods) {
    if (!done.has(pod.id) && (model.isAll || pod.isUp) && hasWord(model, [pod.name, pod.id.slice(0, 12)])) addPod(pod)
  }
  return rows
}

function order({ sort, usage }: Model): (one: ContainerItem, other: ContainerItem) => number {
  const cpu = (item: ContainerItem): number => (item.isUp ? (usage.get(item.id)?.cpuPercents.at(-1) ?? 0) : -1)
  const memory = (item: ContainerItem): number => (item.isUp ? (usage.get(item.id)?.memoryBytes ?? 0) : -1)
  const newest = (one: ContainerItem, other: ContainerItem): number => other.createdAtMs - one.createdAtMs
  const orders = {
    state: (one, other) => Number(other.isUp) - Number(one.isUp) || newest(one, other),
    name: (one, other) => compare(one.name, other.name),
    cpu: (one, other) => cpu(other) - cpu(one) || newest(one, other),
    memory: (one, other) => memory(other) - memory(one) || newest(one, other),
    age: newest,
  } satisfies Record<Model['sort'], (one: ContainerItem, other: ContainerItem) => number>
  return orders[sort]
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function hasWord({ filter }: Model, texts: readonly string[]): boolean {
  const word = filter.toLowerCase()
  return word === '' || texts.some((text) => text.toLowerCase().includes(word))
}
