import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress } from '../addresses/address.ts'
import { readSubnet } from '../addresses/subnet.ts'
import { gatewayRequests } from '../gateway-request.ts'
import { listenerOf } from '../ports/listener.ts'
import { addressLine, type Endpoint, forwardLine, insideMessages, portRanges, wayOutMessages } from './endpoint.ts'
import { type BridgeNetwork, networkMessages, serveLine } from './network.ts'

const subnet = readSubnet({ subnet: '10.89.3.0/24', gateway: '10.89.3.1' })
const six = readSubnet({ subnet: 'fd00:3::/64', gateway: 'fd00:3::1' })
const network: BridgeNetwork = {
  number: 3,
  subnets: [subnet],
  mtu: 1500,
  isInternal: false,
  hasNames: true,
  upstreams: [],
}
const endpoint: Endpoint = {
  network,
  link: 'eth0',
  place: 0,
  mac: Buffer.alloc(6),
  addresses: [{ address: parseAddress('10.89.3.2') ?? expect.fail(), subnet }],
  names: ['web', 'www'],
}
const both: Endpoint = {
  ...endpoint,
  network: { ...network, subnets: [subnet, six] },
  addresses: [...endpoint.addresses, { address: parseAddress('fd00:3::2') ?? expect.fail(), subnet: six }],
}

test('what the gateway is told of a network and a container in it', () => {
  expect(serveLine(network)).toBe('serve tspod3 10.89.3.1 -')
  expect(serveLine({ ...both.network, upstreams: ['192.0.2.1'] })).toBe('serve tspod3 10.89.3.1 fd00:3::1 192.0.2.1')
  expect(serveLine({ ...network, isInternal: true, upstreams: ['192.0.2.1'] })).toBe('serve tspod3 10.89.3.1 - -')
  expect(serveLine({ ...network, hasNames: false })).toBeUndefined()
  expect(addressLine(endpoint)).toBe('address tspod3 10.89.3.2 - web www')
  expect(addressLine(both)).toBe('address tspod3 10.89.3.2 fd00:3::2 web www')
  expect(forwardLine(endpoint, '0.0.0.0:8080/tcp', 80)).toBe(
    'forward 0.0.0.0:8080/tcp 10.89.3.2 - 80 10.89.3.1 - 10.89.3.0/24',
  )
})

test('an internal network has no way out, in its table and in its containers', () => {
  const way = Buffer.from('a9fedb02', 'hex') // of the uplink
  expect(Buffer.concat(networkMessages(network)).includes(way)).toBe(true)
  expect(Buffer.concat(networkMessages({ ...network, isInternal: true })).includes(way)).toBe(false)
  const internal = { ...endpoint, network: { ...network, isInternal: true } }
  expect(wayOutMessages([internal])).toEqual([])
  expect(wayOutMessages([internal, endpoint])).toHaveLength(1)
  expect(wayOutMessages([both, endpoint])).toHaveLength(2)
  expect(insideMessages(both)).toHaveLength(3)
})

test('ports are put together to ranges that hold them and no other', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (ports) => {
      const ranges = portRanges(ports)
      const held = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
      expect(held).toEqual([...new Set(ports)].sort((a, b) => a - b))
      for (const [index, [from]] of ranges.entries()) expect(from).toBeGreaterThan((ranges[index - 1]?.[1] ?? -1) + 1)
    }),
  )
})

test('a thousand ports are told in requests that the gateway takes, each with its sockets', () => {
  const forwards = Array.from({ length: 1000 }, (_, index) => {
    const listener = listenerOf({ hostIp: '127.0.0.1', hostPort: 1000 + index, containerPort: 80 }, false)
    return { listener, line: forwardLine(endpoint, listener.label, 80) }
  })
  const requests = gatewayRequests('c1', [{ text: addressLine(endpoint) }], forwards)
  expect(requests.flatMap(({ listeners }) => listeners)).toEqual(forwards.map(({ listener }) => listener))
  for (const { text, listeners } of requests) {
    expect(text.startsWith('member c1\n')).toBe(true)
    expect(text.match(/^forward /gm)).toHaveLength(listeners.length)
    expect(listeners.length).toBeLessThanOrEqual(249)
    expect(text.length).toBeLessThanOrEqual(65_536)
  }
  expect(requests[0]?.text).toContain('address tspod3')
  expect(requests[1]?.text).not.toContain('address')
})

test('who has nothing to tell is a member all the same', () => {
  expect(gatewayRequests('c1', [], [])).toEqual([{ text: 'member c1\n', files: [], listeners: [] }])
})

test('a port of no address in particular is one of both versions, where the host has both', () => {
  const port = { hostIp: '', hostPort: 80, containerPort: 80 }
  expect(listenerOf(port, true)).toMatchObject({ label: '[::]:80/tcp', v6Only: false })
  expect(listenerOf(port, false)).toMatchObject({ label: '0.0.0.0:80/tcp' })
  expect(listenerOf({ ...port, hostIp: '::1' }, true)).toMatchObject({ label: '[::1]:80/tcp', v6Only: true })
})
