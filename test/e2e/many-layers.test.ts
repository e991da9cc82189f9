import { readFileSync } from 'node:fs'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import { imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'

const LAYERS = 10
const DIRECTORIES = 6
const FILES = 30

/**
 * Layers that each add files, write over some, hide some and make one directory opaque, and what
 * is to be seen through all of them: a model that knows no file system.
 */
function layersAndView(): { layers: TarEntry[][]; view: ReadonlyMap<string, string> } {
  const view = new Map<string, string>()
  const layers = Array.from({ length: LAYERS }, (_, layer): TarEntry[] => {
    const opaque = `data/d${(layer * 5) % DIRECTORIES}`
    const hidden = [...view.keys()].filter((path, at) => !path.startsWith(`${opaque}/`) && (at * 7 + layer) % 4 === 0)
    for (const path of [...view.keys()]) if (path.startsWith(`${opaque}/`)) view.delete(path)
    for (const path of hidden) view.delete(path)
    const added = Array.from({ length: FILES }, (_, n) => `data/d${n % DIRECTORIES}/f${(n * 11 + layer * 13) % 60}`)
    const names = [...new Set(added)].filter((path) => !hidden.includes(path))
    for (const path of names) view.set(path, `${layer}`)
    return [
      { name: `${opaque}/`, type: 'directory', mode: 0o755 },
      { name: `${opaque}/.wh..wh..opq`, content: '' },
      ...hidden.map((path) => ({ name: path.replace(/([^/]+)$/, '.wh.$1'), content: '' })),
      ...names.map((name) => ({ name, mode: 0o644, content: `${layer}` })),
    ]
  })
  return { layers, view }
}

const LIST = 'cd /data && for f in $(busybox find . -type f); do echo "${f#./} $(busybox cat $f)"; done'

test.for(['overlay', 'fuse-overlayfs', 'vfs'])(
  'ten layers with whiteouts and opaque directories look as they should through %s, and go out as they came',
  async (driver, { tspod }) => {
    const { layers, view } = layersAndView()
    const busybox = { name: 'bin/busybox', mode: 0o755, content: readFileSync('/bin/busybox') }
    const tars = await Promise.all([[busybox], ...layers].map(tarOf))
    const name = `${inject('registry')}/team/ten-${driver}`
    await push(inject('registry'), `team/ten-${driver}`, 'latest', imageOf(tars))
    const flags = ['--storage-driver', driver]
    const run = ['run', '--rm', '-q', '--tls-verify=false', '--network=none', name, 'busybox', 'sh', '-c', LIST]
    const seen = await tspod(...flags, ...run)
    expect(seen).toMatchObject({ exitCode: 0, stderr: '' })
    const expected = [...view].map(([path, content]) => `${path.replace('data/', '')} ${content}`)
    expect(seen.stdout.trimEnd().split('\n').sort()).toEqual(expected.sort())
    expect(await tspod(...flags, 'system', 'check', '-f')).toMatchObject({ exitCode: 0 })
    const pushed = await tspod('push', '-q', '--tls-verify=false', name, `${name}:again`)
    expect(pushed).toMatchObject({ exitCode: 0, stderr: '' })
    const manifest = async (tag: string) =>
      (
        await fetch(`http://${inject('registry')}/v2/team/ten-${driver}/manifests/${tag}`, {
          headers: { accept: '*/*' },
        })
      ).headers.get('docker-content-digest')
    expect(await manifest('again')).toBe(await manifest('latest'))
  },
)
