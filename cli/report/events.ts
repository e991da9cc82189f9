import { dockerAction } from '../../engine/events/docker-action.ts'
import type { EngineEvent } from '../../engine/events/event.ts'
import { goMap } from '../../engine/go-map.ts'
import { printable } from '../../ui/text/printable.ts'
import { formatGoTime } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { dockerStyle } from '../style/docker.ts'

/** Members of podman's events that are no attributes. */
const OWN = new Set(['image', 'containerExitCode', 'health_status', 'exitCode'])

function attributesOf({ attributes }: EngineEvent): [string, string][] {
  return Object.entries(attributes)
    .filter(([name]) => !OWN.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
}

/** A line of podman's `events`. Source: podman-events(1). */
export function podmanEventLine(event: EngineEvent, noTruncate: boolean): string {
  const id = noTruncate ? event.id : shortId(event.id)
  const start = `${formatGoTime(event.timeMs)} ${event.type} ${event.action}`
  switch (event.type) {
    case 'container':
    case 'pod': {
      const { image = '', health_status: health } = event.attributes
      const more = attributesOf(event).map(([name, value]) => `, ${name}=${value}`)
      const status = health === undefined ? '' : `, health_status=${health}`
      return printable(`${start} ${id} (image=${image}, name=${event.name}${status}${more.join('')})`)
    }
    case 'image':
      return printable(`${start} ${id} ${event.name}`)
    case 'system':
      return printable(event.name === '' ? start : `${start} ${event.name}`)
    case 'secret':
      return printable(`${start} ${id}`)
    default:
      return printable(`${start} ${event.name}`)
  }
}

/** What a template for podman's `events` may name. */
export function podmanEventFields(event: EngineEvent) {
  const { containerExitCode: code, image = '', health_status: health = '' } = event.attributes
  return {
    ContainerExitCode: code === undefined ? null : Number(code),
    ID: event.id,
    Image: image,
    Name: event.name,
    Network: event.type === 'network' ? event.name : '',
    Status: event.action,
    Time: Math.trunc(event.timeMs / 1000),
    TimeNano: event.timeMs * 1e6,
    Type: event.type,
    HealthStatus: health,
    Error: '',
    PodID: '',
    Attributes: goMap(attributesOf(event)),
  }
}

/** podman's JSON: what is empty is left out. */
export function podmanEventJson(event: EngineEvent): string {
  const fields = podmanEventFields(event)
  return JSON.stringify({
    ...(fields.ContainerExitCode === null ? {} : { ContainerExitCode: fields.ContainerExitCode }),
    ...(fields.ID === '' ? {} : { ID: fields.ID }),
    ...(fields.Image === '' ? {} : { Image: fields.Image }),
    ...(fields.Name === '' ? {} : { Name: fields.Name }),
    ...(fields.Network === '' ? {} : { network: fields.Network }),
    Status: fields.Status,
    time: fields.Time,
    timeNano: fields.TimeNano,
    Type: fields.Type,
    ...(fields.HealthStatus === '' ? {} : { health_status: fields.HealthStatus }),
    Attributes: event.type === 'container' ? fields.Attributes : null,
  })
}

function dockerAttributes(event: EngineEvent): [string, string][] {
  const { containerExitCode: code, image, ...rest } = event.attributes
  const name: [string, string][] = event.name === '' ? [] : [['name', event.name]]
  const exit: [string, string][] = code === undefined ? [] : [['exitCode', code]]
  const of: [string, string][] = image === undefined ? [] : [['image', dockerStyle.imageName(image)]]
  return [...Object.entries(rest).filter(([key]) => key !== 'health_status'), ...of, ...name, ...exit].sort(
    ([one], [other]) => (one < other ? -1 : 1),
  )
}

/** A line of docker's `events`. Source: docker-system-events(1). */
export function dockerEventLine(event: EngineEvent): string {
  const attributes = dockerAttributes(event).map(([name, value]) => `${name}=${value}`)
  const tail = attributes.length > 0 ? ` (${attributes.join(', ')})` : ''
  const time = new Date(event.timeMs).toISOString().replace('Z', '000000Z')
  return printable(`${time} ${event.type} ${dockerAction(event)} ${dockerId(event)}${tail}`)
}

/** What a template for docker's `events` may name. */
export function dockerEventFields(event: EngineEvent) {
  return {
    Status: dockerAction(event),
    ID: dockerId(event),
    From: dockerStyle.imageName(event.attributes['image'] ?? ''),
    Type: event.type,
    Action: dockerAction(event),
    Actor: { ID: dockerId(event), Attributes: goMap(dockerAttributes(event)) },
    Scope: 'local',
    Time: Math.trunc(event.timeMs / 1000),
    TimeNano: event.timeMs * 1e6,
  }
}

export function dockerEventJson(event: EngineEvent): string {
  const {
    Status: status,
    ID: id,
    From: from,
    Type,
    Action,
    Actor,
    Scope: scope,
    Time: time,
    TimeNano,
  } = dockerEventFields(event)
  const old = Type === 'container' || Type === 'image' ? { status, id, ...(from === '' ? {} : { from }) } : {}
  return JSON.stringify({ ...old, Type, Action, Actor, scope, time, timeNano: TimeNano })
}

function dockerId({ type, id, name }: EngineEvent): string {
  if (type === 'volume') return name
  return type === 'image' && id !== '' ? `sha256:${id}` : id
}
