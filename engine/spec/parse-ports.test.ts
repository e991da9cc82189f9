import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { containerPorts } from './container-ports.ts'
import { parseExpose, parsePublish } from './parse-ports.ts'

const shown = (text: string) =>
  parsePublish(text).map(
    ({ hostIp, hostPort, containerPort, protocol }) => `${hostIp}|${hostPort}|${containerPort}|${protocol}`,
  )

// biome-ignore format: a table
test.for([
  ['80',                       ['|0|80|tcp']],
  ['80/udp',                   ['|0|80|udp']],
  ['8080:80',                  ['|8080|80|tcp']],
  [':80',                      ['|0|80|tcp']],
  ['8080:80/TCP',              ['|8080|80|tcp']],
  ['127.0.0.1:8080:80',        ['127.0.0.1|8080|80|tcp']],
  ['127.0.0.1::80',            ['127.0.0.1|0|80|tcp']],
  ['0.0.0.0:8080:80',          ['0.0.0.0|8080|80|tcp']],
  ['[0:0::1]:8080:80',         ['::1|8080|80|tcp']],
  ['[::1]:8080:80',            ['::1|8080|80|tcp']],
  ['[::]::80/udp',             ['::|0|80|udp']],
  ['8000-8001:80-81',          ['|8000|80|tcp', '|8001|81|tcp']],
  ['80-81',                    ['|0|80|tcp', '|0|81|tcp']],
] as const)('-p %s', ([text, ports]) => {
  expect(shown(text)).toEqual(ports)
})

// biome-ignore format: a table
test.for([
  '', ':', 'x', '0', '65536', '80:', '80:0', '81-80', '1-2:3', '8080:80/icmp', '::1:80:80', '[]:80:80', '[127.0.0.1]:1:2',
  'host:1:2', '1:2:3:4', '[::1:80:80', '80/sctp', '1-65535', '-80', '80-', '[fe80::1%eth0]:1:2',
])('-p %j is refused', (text) => {
  expect(() => parsePublish(text)).toThrow(TspodError)
})

// biome-ignore format: a table
test.for([
  ['::1:8081:80', 'too many colons', 'in brackets, as in [::1]:8080:80'],
  ['255.255.255.255:8081:80', '255.255.255.255 is no address of one host', 'as in 8080:80'],
  ['224.0.0.1:8081:80/udp', '224.0.0.1 is no address of one host', 'as in 8080:80'],
  ['[ff02::1]:8081:80', 'ff02::1 is no address of one host', 'as in 8080:80'],
] as const)('-p %s: %s, %s', ([text, why, hint]) => {
  expect(() => parsePublish(text)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(why), hint: expect.stringContaining(hint) }),
  )
})

test('--expose takes a port or a range', () => {
  expect(parseExpose('80')).toEqual(['80/tcp'])
  expect(parseExpose('53-54/UDP')).toEqual(['53/udp', '54/udp'])
  for (const text of ['', '80/', '80/xyz', 'a', '0', '5-4']) expect(() => parseExpose(text)).toThrow(TspodError)
})

test('-P publishes what is exposed and not named, and an image’s nonsense is passed over', () => {
  const image = { exposedPorts: ['80/tcp', '53/udp', 'nonsense', '9/sctp'] }
  const { publish, exposed } = containerPorts({ publish: ['8080:80'], publishAll: true, expose: ['90'] }, image)
  expect(exposed).toEqual(['80/tcp', '53/udp', '9/sctp', '90/tcp'])
  expect(publish.map(({ hostPort, containerPort, protocol }) => [hostPort, containerPort, protocol])).toEqual([
    [8080, 80, 'tcp'],
    [0, 53, 'udp'],
    [0, 90, 'tcp'],
  ])
})

test('one port of the host for two of the container is refused, the same twice is not', () => {
  const none = { exposedPorts: [] }
  expect(() => containerPorts({ publish: ['80:80', '80:81'] }, none)).toThrow(
    expect.objectContaining({ code: 'E_PORT_TWICE' }),
  )
  expect(containerPorts({ publish: ['80:80', '80:80', '80', '80:80/udp'] }, none).publish).toHaveLength(3)
})

test('whatever the text, ports are ports, or a TspodError comes', () => {
  const words = fc.array(fc.constantFrom('[', ']', ':', '-', '/', '1', '80', '65535', 'tcp', '::1', '127.0.0.1', 'x'))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        words.map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          for (const { hostPort, containerPort } of parsePublish(text)) {
            expect(containerPort).toBeGreaterThan(0)
            expect(Math.max(hostPort, containerPort)).toBeLessThan(65536)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('an image that exposes ranges upon ranges costs nothing', () => {
  const exposedPorts = Array.from({ length: 10_000 }, (_, index) => `${index + 1}-${index + 10_000}`)
  const before = process.cpuUsage()
  expect(containerPorts({}, { exposedPorts }).exposed).toHaveLength(10_000)
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000) // milliseconds, whatever else the machine does
})
