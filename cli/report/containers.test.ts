import { describe, expect, test } from 'vitest'
import type { ContainerRow, ContainerStatus } from '../../storage/state/container-row.ts'
import { containerRow } from '../../storage/state/container-row-for-test.ts'
import { dockerStyle } from '../style/docker.ts'
import { podmanStyle } from '../style/podman.ts'
import { statusText } from './container-status.ts'
import { nsCells, psCells, psHeadings, type ShownContainer } from './containers.ts'
import { DOCKER_PS_HEADINGS, dockerPsFields, dockerPsJson } from './containers-docker.ts'
import { PS_FIELD_HEADINGS, psFields, psJson } from './containers-podman.ts'
import { printFormatted } from './formatted.ts'
import { portsText } from './ports.ts'
import { sortContainers } from './sort-containers.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')
const tcp = (hostIp: string, hostPort: number, containerPort: number) => ({
  hostIp,
  hostPort,
  containerPort,
  protocol: 'tcp' as const,
})
const row: ContainerRow = containerRow({
  id: '0123456789abcdef'.repeat(4),
  name: 'box',
  imageId: 'f'.repeat(64),
  imageName: 'docker.io/library/alpine:latest',
  command: ['sh', '-c', 'sleep 1000; echo done'],
  createdAtMs: NOW - 7_200_000,
  status: 'running',
  startedAtMs: NOW - 300_000,
  pid: 42,
  autoRemove: true,
  labels: { b: '2', app: 'web' },
  config: {
    version: 1,
    request: { image: 'alpine', cidfile: '/tmp/id' },
    networkMode: 'slirp4netns',
    ports: [tcp('', 8080, 80), tcp('', 8081, 81)],
    exposed: ['80/tcp', '90/udp'],
    volumes: [{ type: 'volume', name: 'a-volume-with-a-name', source: '/v', destination: '/data' }],
  },
})
const exited: ContainerRow = { ...row, status: 'exited', exitCode: 137, pid: null, finishedAtMs: NOW - 7_200_000 }
const shown: ShownContainer = { row, health: 'healthy', size: { rwBytes: 56, rootFsBytes: 1_980_000 } }
const podman = { nowMs: NOW, noTruncate: false, style: podmanStyle }
const docker = { ...podman, style: dockerStyle }

test('a line of ps is that of the engine we imitate', () => {
  const columns = { pod: true, size: true }
  expect(psHeadings(columns).slice(7)).toEqual(['POD ID', 'PODNAME', 'SIZE'])
  const ports = '0.0.0.0:8080-8081->80-81/tcp, 90/udp'
  expect(psCells(shown, podman, columns)).toEqual([
    ...['0123456789ab', 'docker.io/library/alpine:latest', 'sh -c sleep 1000;...', '2 hours ago'],
    ...['Up 5 minutes (healthy)', ports, 'box', '', '', '56B (virtual 1.98MB)'],
  ])
  expect(psCells(shown, docker, { pod: false, size: false })).toEqual([
    ...['0123456789ab', 'alpine', '"sh -c \'sleep 1000; …"', '2 hours ago', 'Up 5 minutes (healthy)', ports, 'box'],
  ])
  const whole = psCells(shown, { ...docker, noTruncate: true }, { pod: false, size: false })
  expect([whole[0], whole[2]]).toEqual([row.id, '"sh -c \'sleep 1000; echo done\'"'])
  const namespaces = { cgroup: '1', ipc: '2', mnt: '3', net: '4', pid: '5', user: '6', uts: '7' }
  expect(nsCells({ ...shown, namespaces }, podman).join(' ')).toBe('0123456789ab box 42 1 2 3 4 5 6 7')
})

// biome-ignore format: a table
test.for([
  // status              health       podman                          docker
  ['running',     '',          'Up 5 minutes',                 'Up 5 minutes'],
  ['running',     'starting',  'Up 5 minutes (starting)',      'Up 5 minutes (health: starting)'],
  ['running',     'unhealthy', 'Up 5 minutes (unhealthy)',     'Up 5 minutes (unhealthy)'],
  ['paused',      '',          'Paused',                       'Up 5 minutes (Paused)'],
  ['stopping',    '',          'Stopping',                     'Up 5 minutes'],
  ['exited',      '',          'Exited (137) 2 hours ago',     'Exited (137) 2 hours ago'],
  ['restarting',  '',          'Restarting (137) 2 hours ago', 'Restarting (137) 2 hours ago'],
  ['created',     '',          'Created',                      'Created'],
  ['initialized', '',          'Initialized',                  'Created'],
] as const satisfies [ContainerStatus, string, string, string][])('%s %s', ([status, health, inPodman, inDocker]) => {
  const some = { ...exited, status }
  expect(statusText(some, { nowMs: NOW, health, engine: 'podman' })).toBe(inPodman)
  expect(statusText(some, { nowMs: NOW, health, engine: 'docker' })).toBe(inDocker)
})

describe('ports', () => {
  // biome-ignore format: a table
  test.for([
    [{}, ''],
    [{ ports: [tcp('', 80, 80)] }, '0.0.0.0:80->80/tcp'],
    [{ ports: [tcp('127.0.0.1', 80, 80), tcp('127.0.0.1', 81, 82)] }, '127.0.0.1:80->80/tcp, 127.0.0.1:81->82/tcp'],
    [{ ports: [tcp('::1', 80, 80)] }, '[::1]:80->80/tcp'],
    [{ exposed: ['80/tcp', '82/tcp', '81/tcp', '80/udp'] }, '80-82/tcp, 80/udp'],
    [{ ports: [tcp('', 9, 80)], exposed: ['80/tcp'] }, '0.0.0.0:9->80/tcp'],
  ] as const)('%j', ([ports, text]) => {
    expect(portsText(ports)).toBe(text)
  })
})

test("podman's JSON has its types", () => {
  expect(psJson(shown, podman)).toMatchObject({
    ...{
      Id: row.id,
      Names: ['box'],
      Command: row.command,
      State: 'running',
      Status: 'Up 5 minutes (healthy)',
      Pid: 42,
    },
    ...{ Created: (NOW - 7_200_000) / 1000, StartedAt: (NOW - 300_000) / 1000, Exited: false, Labels: { app: 'web' } },
    ...{ Mounts: ['/data'], AutoRemove: true, ExitCode: 0, CIDFile: '/tmp/id', Restarts: 0 },
    ...{ Size: { rootFsSize: 1_980_000, rwSize: 56 }, ExposedPorts: { 80: ['tcp'], 90: ['udp'] } },
    Ports: [{ host_ip: '', container_port: 80, host_port: 8080, range: 2, protocol: 'tcp' }],
  })
  const ended: ShownContainer = { row: { ...exited, labels: {} }, health: '' }
  expect(psJson(ended, podman)).toMatchObject({ Exited: true, ExitCode: 137, Pid: 0, Labels: null, Size: null })
})

test("docker's JSON is texts, in the order of their names", () => {
  const json = dockerPsJson(shown, docker)
  expect(json).toEqual({
    ...{ Command: '"sh -c \'sleep 1000; …"', CreatedAt: '2026-01-01 22:00:00 +0000 UTC', HealthStatus: 'healthy' },
    ...{
      ID: '0123456789ab',
      Image: 'alpine',
      Labels: 'app=web,b=2',
      LocalVolumes: '1',
      Mounts: 'a-volume-with-…',
    },
    ...{ Names: 'box', Networks: 'bridge', Platform: 'linux', Ports: '0.0.0.0:8080-8081->80-81/tcp, 90/udp' },
    ...{ RunningFor: '2 hours ago', Size: '56B (virtual 1.98MB)', State: 'running', Status: 'Up 5 minutes (healthy)' },
  })
  expect(Object.keys(json)).toEqual(Object.keys(json).sort())
})

const print = (format: string, engine: 'podman' | 'docker' = 'podman') =>
  printFormatted(format, {
    json: [],
    rows: () => [engine === 'podman' ? psFields(shown, podman) : dockerPsFields(shown, docker)],
    headings: engine === 'podman' ? PS_FIELD_HEADINGS : DOCKER_PS_HEADINGS,
    noHeading: false,
    style: engine === 'podman' ? podmanStyle : dockerStyle,
  }).lines?.join('\n')

describe('what a template may name', () => {
  // biome-ignore format: a table
  test.for([
    ['{{.ID}} {{.Names}} {{.Status}} {{.Label "app"}} {{.Label "x"}}|', '0123456789ab box Up 5 minutes (healthy) web |'],
    ['{{.Labels}} {{.Mounts}} {{.ImageID}}', 'map[app:web b:2] [/data] ffffffffffff'],
    ['{{.Created}} {{.CreatedHuman}} {{.RunningFor}}', '2026-01-01 22:00:00 +0000 UTC 2 hours ago 2 hours ago'],
    ['{{.Restarts}} {{.ExitedAt}} {{.Pid}} {{.State}}', '0 -62135596800 42 running'],
    ['table {{.ID}} {{.CreatedHuman}}', 'CONTAINER ID  CREATED\n0123456789ab  2 hours ago'],
    ['{{range .}}{{.Names}};{{end}}', 'box;'],
  ] as const)('%s', ([format, text]) => {
    expect(print(format)).toBe(text)
  })

  test('of docker', () => {
    expect(print('{{.Labels}} {{.Networks}} {{.LocalVolumes}} {{.HealthStatus}}', 'docker')).toBe(
      'app=web,b=2 bridge 1 healthy',
    )
    expect(print('table {{.ID}}\\t{{.RunningFor}}', 'docker')).toBe(
      'CONTAINER ID   CREATED\n0123456789ab   2 hours ago',
    )
  })

  test('and what it may not', () => {
    expect(() => print('{{.Foo}}')).toThrow(expect.objectContaining({ code: 'E_BAD_TEMPLATE' }))
    expect(() => print('{{.Foo}}', 'docker')).toThrow(expect.objectContaining({ code: 'E_BAD_TEMPLATE' }))
  })
})

test('sorted by what was asked for', () => {
  const other: ShownContainer = { row: { ...exited, name: 'aa', id: 'f'.repeat(64), createdAtMs: NOW }, health: '' }
  const names = (by: string) =>
    sortContainers([shown, other], by)
      .map((one) => one.row.name)
      .join(' ')
  expect(['names', 'id', 'created', 'status', 'size', 'other'].map(names)).toEqual([
    ...['aa box', 'box aa', 'box aa', 'aa box', 'aa box', 'box aa'],
  ])
})
