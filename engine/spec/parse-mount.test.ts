import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseMount } from './parse-mount.ts'
import { splitFields } from './split-fields.ts'

const USUAL = ['rbind', 'rprivate', 'nosuid', 'nodev', 'exec', 'rw']
const volumeOf = (text: string) => {
  const mount = parseMount(text, '/home/me')
  if (mount.kind !== 'volume') throw new Error(`${text} has no source`)
  return mount.volume
}
const filesystemOf = (text: string) => {
  const mount = parseMount(text, '/')
  if (mount.kind !== 'filesystem') throw new Error(`${text} has a source`)
  return mount.mount
}

describe('with a source', () => {
  // biome-ignore format: a table
  test.for([
    ['type=bind,src=/a,dst=/b',                        'bind',      '/a',         '/b'],
    ['type=bind,source=./a,destination=/b/',           'bind',      '/home/me/a', '/b'],
    ['type=bind,source=a,target=/b',                   'bind',      '/home/me/a', '/b'],
    ['src=data,dest=/b',                               'named',     'data',       '/b'],
    ['type=volume,src=data,dst=/b',                    'named',     'data',       '/b'],
    ['dst=/b',                                         'anonymous', '',           '/b'],
    ['type=image,src=alpine:3,dst=/b',                 'image',     'alpine:3',   '/b'],
    ['type=glob,src=/usr/lib/x*,dst=/b',               'glob',      '/usr/lib/x*', '/b'],
    ['type=glob,src=/usr/lib/x*',                      'glob',      '/usr/lib/x*', ''],
    ['type=bind,"src=/a,b",dst=/c',                    'bind',      '/a,b',       '/c'],
  ] as const)('%s', ([text, kind, source, target]) => {
    expect(volumeOf(text)).toMatchObject({ kind, source, target })
  })

  // biome-ignore format: a table
  test.for([
    ['ro',                          ['rbind', 'rprivate', 'nosuid', 'nodev', 'exec', 'ro']],
    ['readonly=true',               ['rbind', 'rprivate', 'nosuid', 'nodev', 'exec', 'ro']],
    ['ro=false',                    USUAL],
    ['bind-propagation=rslave',     ['rbind', 'rslave', 'nosuid', 'nodev', 'exec', 'rw']],
    ['bind-nonrecursive',           ['bind', 'rprivate', 'nosuid', 'nodev', 'exec', 'rw']],
    ['bind-recursive=disabled',     ['bind', 'rprivate', 'nosuid', 'nodev', 'exec', 'rw']],
    ['bind-recursive=enabled',      USUAL],
    ['bind-recursive=writable',     USUAL],
    ['ro,bind-recursive=readonly',  ['rbind', 'rprivate', 'nosuid', 'nodev', 'exec', 'ro']],
    ['noexec,suid,dev,shared',      ['rbind', 'shared', 'suid', 'dev', 'noexec', 'rw']],
    ['relabel=shared,consistency=cached', USUAL],
  ] as const)('options of a bind: %s', ([options, words]) => {
    expect(volumeOf(`type=bind,src=/a,dst=/b,${options}`).options).toEqual(words)
  })

  test('settings of each type', () => {
    expect(volumeOf('type=bind,src=/a,dst=/b,U,create-mountpoint')).toMatchObject({ chown: true, createSource: true })
    expect(volumeOf('src=v,dst=/b,volume-nocopy,volume-subpath=/x/../y/,volume-label=a=b')).toMatchObject({
      copy: false,
      subpath: 'y',
      labels: { a: 'b' },
    })
    expect(volumeOf('src=v,dst=/b').copy).toBe(true)
    expect(volumeOf('type=image,src=i,dst=/b').options).toContain('ro')
    expect(volumeOf('type=image,src=i,dst=/b,rw=true').options).toContain('rw')
  })
})

describe('without a source', () => {
  test('tmpfs', () => {
    expect(filesystemOf('type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777,ro,U=true')).toEqual({
      destination: '/t',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['rw', 'nosuid', 'nodev', 'size=1048576', 'mode=1777', 'ro'],
    })
  })
  test('ramfs takes a mode and no size', () => {
    expect(filesystemOf('type=ramfs,dst=/t,size=1m,mode=700').options).toEqual(['rw', 'nosuid', 'nodev', 'mode=700'])
  })
  test('devpts', () => {
    expect(filesystemOf('type=devpts,dst=/pts,max=5,mode=620').options).toEqual([
      'nosuid',
      'noexec',
      'newinstance',
      'ptmxmode=0666',
      'mode=620',
      'max=5',
      'rw',
    ])
  })
})

// biome-ignore format: a table
test.for([
  '', 'type=bind', 'type=bind,dst=/b', 'type=bind,src=/a', 'type=bnd,src=/a,dst=/b', 'type=bind,src=/a,dst=b',
  'type=bind,src=/a,dst=/', 'type=bind,src=/a,src=/b,dst=/c', 'type=bind,src=/a,dst=/b,ro=maybe', 'type=bind,src=/a,dst=/b,what',
  'type=bind,src=/a,dst=/b,bind-propagation=all', 'type=bind,src=/a,dst=/b,subpath=../..', 'src=/a,dst=/b', 'type=tmpfs,src=/a,dst=/b',
  'type=tmpfs,dst=/b,size=x', 'type=devpts,dst=/b,max=x', '"type=bind', 'type=bind,src=/a,dst=/b,idmap', 'type=artifact,src=a,dst=/b',
  'src=v,dst=/b,volume-driver=nfs', 'type,src=/a,dst=/b',
  'type=tmpfs,dst=/b,U=maybe', 'type=bind,src=/a,dst=/b,bind-recursive=readonly', 'type=bind,src=/a,dst=/b,bind-recursive',
  'type=bind,src=/a,dst=/b,ro,bind-recursive=writable',
])('--mount %j is refused', (text) => {
  expect(() => parseMount(text, '/')).toThrow(TspodError)
})

test('fields may be in quotes', () => {
  expect(splitFields('a,"b,""c""",d')).toEqual(['a', 'b,"c"', 'd'])
  expect(splitFields('"a"b')).toBeUndefined()
})

test('whatever the text, targets are clean absolute paths, or a TspodError comes', () => {
  const words = fc.array(
    fc.constantFrom(
      'type=bind',
      'src=/a',
      'dst=/b',
      'dst=/../..',
      'ro',
      '"',
      ',',
      '=',
      '\0',
      'U',
      'type=tmpfs',
      'mode=7',
    ),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        words.map((parts) => parts.join(',')),
      ),
      (text) => {
        try {
          const mount = parseMount(text, '/cwd')
          const target = mount.kind === 'volume' ? mount.volume.target : mount.mount.destination
          expect(target).toMatch(/^(\/(?!\.\.?(\/|$))[^/\0]+)*$/)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      },
    ),
    { numRuns: 500 },
  )
})
