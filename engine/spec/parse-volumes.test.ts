import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseTmpfs } from './parse-tmpfs.ts'
import { parseVolume } from './parse-volume.ts'
import { parseVolumes, volumeNotes } from './parse-volumes.ts'

const USUAL = ['rbind', 'rprivate', 'nosuid', 'nodev', 'exec', 'rw']

test.for([
  // text                     kind         source           target
  ['/src:/dst', 'bind', '/src', '/dst'],
  ['/src/../a/:/dst//x/', 'bind', '/a', '/dst/x'],
  ['./src:/dst', 'bind', '/home/me/src', '/dst'],
  ['..:/dst', 'bind', '/home', '/dst'],
  ['data:/dst', 'named', 'data', '/dst'],
  ['/dst', 'anonymous', '', '/dst'],
] as const)('-v %s is %s', ([text, kind, source, target]) => {
  expect(parseVolume(text, '/home/me')).toEqual({ kind, source, target, options: USUAL, copy: true })
})

test('options take the place of the defaults of their kind', () => {
  const { options, copy } = parseVolume('a:/b:ro,Z,bind,rslave,noexec,suid,dev,nocopy', '/')
  expect(options).toEqual(['bind', 'rslave', 'suid', 'dev', 'noexec', 'ro'])
  expect(copy).toBe(false)
})

test('U changes the owner, O lays an overlay over the source, and what says how docker for Mac syncs says nothing', () => {
  expect(parseVolume('/a:/b:U,cached', '/')).toMatchObject({ chown: true, options: USUAL })
  expect(parseVolume('/a:/b:O', '/')).toMatchObject({ overlay: {} })
  expect(parseVolume('/a:/b:O,upperdir=/u,workdir=/w', '/')).toMatchObject({ overlay: { upper: '/u', work: '/w' } })
})

test.for([
  ['', 'E_BAD_VOLUME', /not absolute/],
  ['a:b', 'E_BAD_VOLUME', /not absolute/],
  [':/b', 'E_BAD_VOLUME', /source is empty/],
  ['/a:/', 'E_BAD_VOLUME', /root of the container/],
  ['/a:/b/..', 'E_BAD_VOLUME', /root of the container/],
  ['/a:/b:ro:x', 'E_BAD_VOLUME', /more than two colons/],
  ['a/b:/c', 'E_BAD_VOLUME', /neither a path nor a name/],
  ['/a:/b:ro,rw', 'E_BAD_VOLUME', /ro and rw exclude each other/],
  ['/a:/b:rshard', 'E_BAD_VOLUME', /unknown option/],
  ['/a:/b:O,upperdir=x', 'E_BAD_VOLUME', /upperdir is not absolute/],
  ['/a:/b:O,upperdir=/x', 'E_BAD_VOLUME', /needs upperdir and workdir, or neither/],
  ['/a:/b:upperdir=/x,workdir=/y', 'E_BAD_VOLUME', /are for an overlay/],
  ['/a:/b:idmap=uids=1', 'E_UNSUPPORTED_OPTION', /maps the ids of a mount for root alone/],
] as const)('-v %j fails with %s', ([text, code, words]) => {
  const parse = () => parseVolume(text, '/')
  expect(parse).toThrow(expect.objectContaining({ code }))
  expect(parse).toThrow(words)
})

test('a path that is not absolute has a hint with one that is', () => {
  expect(() => parseVolume('a:b', '/')).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(/^begin it with/) }),
  )
})

test('volumes of the image are anonymous unless -v or --tmpfs covers them', () => {
  const image = { volumes: ['/data/', '/cache', '/var/lib/db', '/', '/data'] }
  const request = { volumes: ['mine:/data'], tmpfs: ['/cache'] }
  const kinds = (more: object, taken: readonly string[] = []) =>
    parseVolumes({ ...request, ...more }, image, { cwd: '/', taken }).volumes.map(({ kind, target }) => [kind, target])
  expect(kinds({})).toEqual([
    ['named', '/data'],
    ['anonymous', '/var/lib/db'],
  ])
  expect(kinds({ imageVolume: 'ignore' })).toEqual([['named', '/data']])
  expect(kinds({}, ['/var/lib/db'])).toEqual([['named', '/data']])
  expect(kinds({ mounts: ['type=tmpfs,dst=/var/lib/db'] })).toEqual([['named', '/data']])
  const { filesystems } = parseVolumes({ ...request, imageVolume: 'tmpfs' }, image, { cwd: '/' })
  expect(filesystems.map(({ destination, type }) => [destination, type])).toEqual([
    ['/cache', 'tmpfs'],
    ['/var/lib/db', 'tmpfs'],
  ])
})

test('an image gets no volume over what the kernel shows, and that is said', () => {
  const image = { volumes: ['/proc', '/sys/fs/cgroup', '//dev/../dev/', '/processes', '/dev\x1b'] }
  expect(parseVolumes({}, image, { cwd: '/' }).volumes.map(({ target }) => target)).toEqual(['/processes', '/dev\x1b'])
  expect(parseVolumes({ imageVolume: 'tmpfs' }, image, { cwd: '/' }).filesystems).toHaveLength(2)
  const said = volumeNotes({}, image)
  expect(said.map((note) => /at "([^"]*)"/.exec(note)?.[1])).toEqual(['/proc', '/sys/fs/cgroup', '/dev'])
  expect(volumeNotes({ imageVolume: 'ignore' }, image)).toEqual([])
})

test.for([
  { volumes: ['/a:/x'], mounts: ['type=bind,src=/b,dst=/x'] },
  { volumes: ['/a:/x', '/b:/x/'] },
  { volumes: ['/a:/x'], tmpfs: ['/x'] },
  { tmpfs: ['/x', '/x:size=1m'] },
])('two mounts on one target: %j', (request) => {
  expect(() => parseVolumes(request, { volumes: [] }, { cwd: '/' })).toThrow('duplicate mount destination: "/x"')
})

test('whether a tmpfs begins with a copy of what it hides: the last word, else whose name we are called by', () => {
  const copies = (words: string, byDefault: boolean) =>
    parseTmpfs(`/t:${words}`, { copyUp: byDefault, noexec: false }).options.includes('tmpcopyup')
  expect(['', 'ro,notmpcopyup', 'notmpcopyup,tmpcopyup'].map((words) => copies(words, true))).toEqual([
    true,
    false,
    true,
  ])
  expect(['', 'tmpcopyup', 'tmpcopyup,notmpcopyup'].map((words) => copies(words, false))).toEqual([false, true, false])
  const { filesystems } = parseVolumes(
    { tmpfs: ['/a'], mounts: ['type=tmpfs,dst=/b', 'type=tmpfs,dst=/c,tmpcopyup=false', 'type=ramfs,dst=/d'] },
    { volumes: [] },
    { cwd: '/' },
  )
  expect(filesystems.map(({ options }) => options.includes('tmpcopyup'))).toEqual([true, true, false, false])
})

test('tmpfs options come after the defaults', () => {
  expect(parseTmpfs('/t:size=64m,mode=1777,exec,uid=5,notmpcopyup')).toEqual({
    target: '/t',
    options: ['rw', 'nosuid', 'nodev', 'size=67108864', 'mode=1777', 'exec', 'uid=5'],
  })
})

test('the same -v twice is one', () => {
  const { volumes } = parseVolumes({ volumes: ['/a:/x', '/b:/y', '/a:/x'] }, { volumes: [] }, { cwd: '/' })
  expect(volumes.map(({ target }) => target)).toEqual(['/x', '/y'])
})

test('programs are run from a tmpfs, but with docker', () => {
  const optionsOf = (tmpfsNoexec: boolean) =>
    parseVolumes(
      { tmpfs: ['/a'], mounts: ['type=tmpfs,dst=/b'], tmpfsNoexec },
      { volumes: [] },
      { cwd: '/' },
    ).filesystems.map(({ options }) => options.includes('noexec'))
  expect([false, true].map(optionsOf)).toEqual([
    [false, false],
    [true, true],
  ])
})

test.for(['', 't', '/', '/t:size=x', '/t:mode=9', '/t:foo', '/t:lowerdir=/'])('--tmpfs %j is refused', (text) => {
  expect(() => parseTmpfs(text)).toThrow(TspodError)
})

test('whatever the text, targets are clean absolute paths, or a TspodError comes', () => {
  const words = fc.array(fc.constantFrom('/', 'a', ':', '..', '.', ',', 'ro', '=', '\0', 'size', '~'), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        words.map((parts) => parts.join('')),
      ),
      (text) => {
        for (const parse of [() => parseVolume(text, '/cwd'), () => parseTmpfs(text)]) {
          try {
            expect(parse().target).toMatch(/^(\/(?!\.\.?(\/|$))[^/\0]+)+$/)
          } catch (error) {
            expect(error).toBeInstanceOf(TspodError)
          }
        }
      },
    ),
    { numRuns: 500 },
  )
})
