import { join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'
import { EGRESS_LOG } from './egress.ts'

/** What a container wanted to reach and was not allowed to. */
export interface Refusal {
  readonly time: string
  /** `tcp`, `udp`, `icmp`, the number of another protocol; `name` of a look-up; `missed` of lines that are not there */
  readonly protocol: string
  /** an address, or a name; of what is missed `-` */
  readonly destination: string
  /** 0 where there are none; of what is missed how many lines */
  readonly port: number
}

/** The gateway keeps it below half of that. Source: network/gateway/refused.c */
const MOST_BYTES = 1 << 20

/**
 * What was refused to a container, the latest last; as much as its log has.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_NO_EGRESS: nothing is limited
 */
export function listRefused(engine: Engine, ref: string): Refusal[] {
  const { id, name, config } = engine.storage.containers.resolve(ref)
  if (!parseContainerConfig(config).request.egress?.length) {
    throw new TspodError('E_NO_EGRESS', `what container ${name} may reach is not limited`, {
      hint: 'make the container with --egress to have it limited',
    })
  }
  return parseRefusals(readTextIfExists(join(engine.containerDir(id), EGRESS_LOG), MOST_BYTES) ?? '')
}

/** `1795289040123 tcp 192.0.2.1 443`, as network/gateway/refused.c writes it. What is no such line is left out. */
export function parseRefusals(text: string): Refusal[] {
  return text.split('\n').flatMap((line) => {
    const [, time, protocol = '', destination = '', port] =
      /^(\d{1,15}) ([a-z]{1,8}|\d{1,3}) ([a-z0-9._?:-]{1,253}) (\d{1,10})$/.exec(line) ?? []
    if (time === undefined) return []
    return [{ time: new Date(Number(time)).toISOString(), protocol, destination, port: Number(port) }]
  })
}
