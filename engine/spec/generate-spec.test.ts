import { expect, test } from 'vitest'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import { generateExecProcess } from './generate-exec-process.ts'
import { generateSpec, specNotes } from './generate-spec.ts'
import type { SpecInput } from './spec-input.ts'

const IDS = [
  { containerID: 0, hostID: 0, size: 1 },
  { containerID: 1, hostID: 1, size: 65536 },
]
const HOST: HostFacts = {
  rootless: true,
  uid: 1000,
  gid: 1000,
  uidMap: IDS,
  gidMap: IDS,
  env: { FROM_HOST: 'yes' },
  arch: 'amd64',
  kernelRelease: '6.1.0',
  hostname: 'desk',
  rlimits: { RLIMIT_NOFILE: { soft: 1024, hard: 4096 } },
  devices: ['/dev/fuse'],
  securityModules: [],
}
const IMAGE: ImageConfig = {
  architecture: 'amd64',
  os: 'linux',
  variant: '',
  created: '',
  author: '',
  user: 'web',
  env: ['PATH=/bin', 'LANG=C'],
  entrypoint: [],
  cmd: ['/bin/sh'],
  workingDir: 'srv/web/',
  labels: {},
  exposedPorts: [],
  volumes: [],
  stopSignal: '',
  diffIds: [],
  history: [],
}
const USERS = { passwd: 'root:x:0:0::/root:\nweb:x:33:33::/srv:\n', group: 'log:x:4:web\n' }

function inputOf(request: Partial<RunRequest> = {}, more: Partial<SpecInput> = {}): SpecInput {
  return {
    request: { image: 'x', command: [], ...request },
    image: IMAGE,
    id: 'abcdef0123456789',
    name: 'web',
    host: HOST,
    userDatabase: USERS,
    containerDir: '/c',
    volumes: [],
    network: 'private',
    ...more,
  }
}

const typesOf = (input: SpecInput) => generateSpec(input).linux.namespaces.map(({ type }) => type)

test('a rootless container of an image with a user', () => {
  const { process, linux, hostname, root } = generateSpec(inputOf({ env: ['FROM_HOST'] }))
  expect(process).toEqual({
    terminal: false,
    user: { uid: 33, gid: 33, umask: 0o022, additionalGids: [4] },
    args: ['/bin/sh'],
    env: ['PATH=/bin', 'container=oci', 'HOSTNAME=abcdef012345', 'HOME=/srv', 'LANG=C', 'FROM_HOST=yes'],
    cwd: '/srv/web',
    capabilities: expect.objectContaining({ effective: [], ambient: [] }),
    rlimits: [],
    noNewPrivileges: false,
  })
  expect(hostname).toBe('abcdef012345')
  expect(root.readonly).toBe(false)
  expect(linux.namespaces.map(({ type }) => type)).toEqual(['user', 'mount', 'pid', 'uts', 'ipc', 'network', 'cgroup'])
  expect(linux.uidMappings).toEqual(IDS)
  expect(linux.sysctl).toEqual({ 'net.ipv4.ping_group_range': '0 0' })
  expect(linux.seccomp?.defaultErrnoRet).toBe(38)
})

test('root needs no user namespace', () => {
  const input = inputOf({}, { host: { ...HOST, rootless: false } })
  expect(typesOf(input)).not.toContain('user')
  expect(generateSpec(input).linux.uidMappings).toEqual([])
})

test('the host’s network is left as it is', () => {
  const input = inputOf({}, { network: 'host' })
  expect(typesOf(input)).not.toContain('network')
  expect(generateSpec(input)).toMatchObject({ hostname: 'desk', linux: { sysctl: {} } })
  expect(typesOf(inputOf({}, { network: 'none' }))).toContain('network')
})

test('a privileged container is not filtered, masked or read-only', () => {
  const { linux } = generateSpec(inputOf({ privileged: true }))
  expect(linux.seccomp).toBeUndefined()
  expect(linux.maskedPaths).toEqual([])
  expect(linux.devices.map(({ path }) => path)).toContain('/dev/fuse')
  expect(generateSpec(inputOf()).linux.devices.map(({ path }) => path)).not.toContain('/dev/fuse')
})

test('a seccomp profile of the user’s', () => {
  const files: Record<string, string> = { '/p.json': '{"defaultAction":"SCMP_ACT_ALLOW"}' }
  const spec = generateSpec(inputOf({ securityOpt: ['seccomp=/p.json'] }, { readText: (path) => files[path] ?? '' }))
  expect(spec.linux.seccomp).toMatchObject({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] })
  expect(generateSpec(inputOf({ securityOpt: ['seccomp=unconfined'] })).linux.seccomp).toBeUndefined()
})

test('notes are what has no effect', () => {
  expect(specNotes(inputOf({ securityOpt: ['label=level:s0'] }))).toHaveLength(1)
  expect(specNotes(inputOf())).toEqual([])
})

test('working directories are absolute', () => {
  expect(generateSpec(inputOf({ workdir: '/a/../b/' })).process.cwd).toBe('/b')
  expect(() => generateSpec(inputOf({ workdir: 'a' }))).toThrow(expect.objectContaining({ code: 'E_BAD_WORKDIR' }))
})

test('a file that cannot be read is the user’s error', () => {
  expect(() => generateSpec(inputOf({ envFiles: ['/no/such/file'] }))).toThrow(
    expect.objectContaining({
      code: 'E_OPTION_FILE',
      message: 'could not read "/no/such/file": no such file or directory',
    }),
  )
})

test('the configuration is plain JSON', () => {
  const spec = generateSpec(inputOf({ ulimits: ['nofile=10'], memory: '64m' }))
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
})

function execOf(request: object, privileged = false) {
  const container = generateSpec(inputOf({ env: ['A=1'], ulimits: ['nofile=10'] }))
  return generateExecProcess({
    request: { command: ['id'], ...request },
    container,
    privileged,
    hostEnv: HOST.env,
    userDatabase: USERS,
  })
}

test('a process more is as the first, but for what it asks for', () => {
  expect(execOf({})).toMatchObject({
    args: ['id'],
    user: { uid: 33, additionalGids: [4] },
    cwd: '/srv/web',
    rlimits: [{ soft: 10 }],
  })
  const other = execOf({ user: 'root', tty: true, env: ['A=2', 'FROM_HOST'], workdir: '/tmp' })
  expect(other).toMatchObject({
    terminal: true,
    user: { uid: 0, gid: 0, additionalGids: [], umask: 0o022 },
    cwd: '/tmp',
  })
  expect(other.env).toEqual(expect.arrayContaining(['TERM=xterm', 'A=2', 'FROM_HOST=yes', 'HOME=/root', 'LANG=C']))
  expect(other.env.filter((entry) => entry.startsWith('HOME='))).toHaveLength(1)
})

test('capabilities of a process more', () => {
  expect(execOf({}).capabilities.effective).toEqual([])
  expect(execOf({ user: '0' }).capabilities.effective).toContain('CAP_CHOWN')
  expect(execOf({ user: '0' }).capabilities.effective).not.toContain('CAP_SYS_ADMIN')
  expect(execOf({ user: '0' }, true).capabilities.effective).toContain('CAP_SYS_ADMIN')
})

test('a process more needs a command and an id that the container has', () => {
  expect(() => execOf({ command: [] })).toThrow(expect.objectContaining({ code: 'E_NO_COMMAND' }))
  expect(() => execOf({ user: '70000' })).toThrow(expect.objectContaining({ code: 'E_ID_NOT_MAPPED' }))
})
