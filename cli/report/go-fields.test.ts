import { expect, test } from 'vitest'
import { goMap } from '../../engine/go-map.ts'
import { GoDuration } from '../../ui/text/template/duration.ts'
import { formatOne } from '../../ui/text/template/report.ts'
import { DOCKER_FIELDS } from './docker-fields.ts'
import { withGoFields } from './go-fields.ts'
import { PODMAN_FIELDS } from './podman-fields.ts'

const CONTAINER = {
  Id: 'c0ffee',
  State: { Status: 'running', Health: undefined },
  Config: { Labels: goMap({ a: 'b' }), Entrypoint: null, sdNotifyMode: 'ignore' },
  HostConfig: { CpuShares: 5, VolumesFrom: null, CgroupConf: null, PortBindings: goMap({}) },
  NetworkSettings: {
    Ports: goMap({ '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] }),
    Networks: goMap({ shop: { Aliases: null } }),
  },
  Mounts: [{ Source: '/a' }],
}
const JSON_OF_HOST = '{"CpuShares":5,"VolumesFrom":null,"CgroupConf":null,"PortBindings":{}}'

// Seen in docker 28.2 with its daemon 20.10.
test.for([
  ['{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}', 'none'],
  ['{{.State.Health}} {{.Config.Healthcheck}} {{.HostConfig.Init}} {{.SizeRw}}', '<nil> <nil> <nil> <nil>'],
  ['{{.Config.Shell}}{{.HostConfig.Mounts}}{{.HostConfig.VolumesFrom}}{{.Config.Entrypoint}}', '[][][][]'],
  ['{{.HostConfig.Tmpfs}}{{.HostConfig.Sysctls}}{{.HostConfig.StorageOpt}}', 'map[]map[]map[]'],
  ['{{.HostConfig.Annotations}}{{range $k, $v := .HostConfig.Annotations}}{{$k}}{{end}}', 'map[]'],
  ['{{.Config.NetworkDisabled}}{{.Config.MacAddress}}{{len .Config.Shell}}', 'false0'],
  ['{{index .HostConfig.Tmpfs "/x"}}{{range .Mounts}}{{.Source}}{{.Name}};{{end}}', '/a;'],
  [
    '{{.ID}} {{.HostConfig.CPUShares}} {{(index (index .NetworkSettings.Ports "80/tcp") 0).HostIP}}',
    'c0ffee 5 0.0.0.0',
  ],
  ['{{.NetworkSettings.Networks.shop.Links}}{{json .NetworkSettings.Networks.shop}}', '[]{"Aliases":null}'],
  ['{{json .HostConfig}}', JSON_OF_HOST],
  ['{{json .State.Health}}{{json .HostConfig.Tmpfs}}{{json .Config.Shell}}', 'nullnullnull'],
] as const)('docker: %s', ([format, expected]) => {
  expect(formatOne(format, withGoFields(CONTAINER, DOCKER_FIELDS.container))).toBe(expected)
})

test.for([
  ['{{.Config.Healthcheck.Interval}} {{.Config.Healthcheck.StartPeriod}}', '1m30s 0s'],
  ['{{json .Config.Healthcheck}}', '{"Test":["CMD","true"],"Interval":90000000000}'],
  ['{{printf "%s %v %d %q" .H.Interval .H.Interval .H.Interval .H.Interval}}', '1m30s 1m30s 90000000000 "1m30s"'],
  ['{{printf "%x %X" .H.Interval .H.Interval}}', '316d333073 316D333073'],
  ['{{.H.Interval.Seconds}} {{.H.Interval.Milliseconds}} {{.H.Interval.String}}', '90 90000 1m30s'],
  ['{{eq .H.Interval 90000000000}} {{gt .H.Interval .H.Timeout}} {{if .H.Timeout}}no{{end}}', 'true true '],
  ['{{range $name, $value := .M}}{{$name}}={{$value}}{{end}}', 'a=1'],
] as const)('durations: %s', ([format, expected]) => {
  const health = { Test: ['CMD', 'true'], Interval: 90e9 }
  const value = { Config: { Healthcheck: health }, M: goMap({ a: 1 }) }
  const fields = withGoFields(value, DOCKER_FIELDS.container)
  const { Healthcheck: H } = fields['Config'] as Record<string, unknown>
  expect(formatOne(format, { ...fields, H })).toBe(expected)
})

test('a duration has the methods of Go, and no other', () => {
  const value = { H: new GoDuration(90e9) }
  expect(() => formatOne('{{.H.constructor}}', value)).toThrow("can't evaluate field constructor in type time.Duration")
})

// Seen in podman 4.3; source of what is newer: podman 5, libpod/define.
test.for([
  ['{{.Config.Healthcheck}} {{.SizeRw}} {{.SizeRootFs}}', '<nil> <nil> 0'],
  ['{{.Config.ChrootDirs}}{{.Config.Timezone}}{{.State.CheckpointPath}}{{.Config.SdNotifyMode}}', '[]ignore'],
  ['{{.NetworkSettings.AdditionalMacAddresses}}{{.HostConfig.CgroupConf}}', '[]map[]'],
  ['{{json .HostConfig}}', JSON_OF_HOST],
] as const)('podman: %s', ([format, expected]) => {
  expect(formatOne(format, withGoFields(CONTAINER, PODMAN_FIELDS.container))).toBe(expected)
})

test('podman has an old name for the health, which is never a nil pointer', () => {
  const fields = withGoFields({ State: { Health: { Status: '' } } }, PODMAN_FIELDS.container)
  expect(formatOne('{{.State.Healthcheck.Status}};', fields)).toBe(';')
})

test.for(['{{.Nope}}', '{{.Config.Nope}}', '{{.State.Health.Status}}'])(
  'a field that does not exist is an error, and one of a nil pointer: %s',
  (format) => {
    expect(() => formatOne(format, withGoFields(CONTAINER, DOCKER_FIELDS.container))).toThrow(
      expect.objectContaining({ code: 'E_BAD_TEMPLATE' }),
    )
  },
)

test.for([
  ['volume', '{{.Status}} {{.UsageData}}', 'map[] <nil>'],
  [
    'image',
    '{{.OsVersion}}{{.DockerVersion}}{{.Descriptor}} {{.Metadata.LastTagTime}}',
    '<nil> 0001-01-01 00:00:00 +0000 UTC',
  ],
  ['network', '{{.Peers}}{{.Services}}', '[]map[]'],
  ['info', '{{.InitCommit.ID}}{{.DefaultAddressPools}}{{.KernelMemory}}', '[]false'],
] as const)('docker, %s: %s', ([kind, format, expected]) => {
  expect(formatOne(format, withGoFields({}, DOCKER_FIELDS[kind]))).toBe(expected)
})

test.for([
  ['volume', '{{.Status}} {{.Anonymous}} {{.UID}}', 'map[] false 0'],
  ['image', '{{.HealthCheck}}', '<nil>'],
  ['pod', '{{.CPUQuota}}{{.Mounts}}{{.Namespace}}', '0[]'],
] as const)('podman, %s: %s', ([kind, format, expected]) => {
  expect(formatOne(format, withGoFields({}, PODMAN_FIELDS[kind]))).toBe(expected)
})
