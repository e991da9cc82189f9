import { expect, test } from 'vitest'
import { formatOne } from '../../ui/text/template/report.ts'
import { withGoNames } from './go-names.ts'

const INFO = { host: { arch: 'amd64', ociRuntime: { name: 'tspod' }, cgroupVersion: 'v2', cpus: 2 }, list: [1] }

test("templates name Go's fields, and what is printed has each once", () => {
  const info = withGoNames(INFO)
  expect(formatOne('{{.Host.Arch}} {{.host.arch}} {{.Host.OCIRuntime.Name}} {{.Host.CPUs}}', info)).toBe(
    'amd64 amd64 tspod 2',
  )
  expect(formatOne('{{json .Host}}', info)).toBe(JSON.stringify(INFO.host))
  expect(formatOne('{{.Host.CgroupsVersion}} {{.List}}', info)).toBe('v2 [1]')
  expect(() => formatOne('{{.Nope}}', info)).toThrow(expect.objectContaining({ code: 'E_BAD_TEMPLATE' }))
})
