import { expect, test } from 'vitest'
import type { ContainerConfig } from '../container/config.ts'
import type { RunRequest } from '../request.ts'
import type { PodConfig } from './config.ts'
import { memberRequest } from './member-request.ts'

const ID = 'f00d'
const config: PodConfig = {
  version: 1,
  shares: ['ipc', 'net', 'uts'],
  hostname: 'shop',
  exitPolicy: 'continue',
  createCommand: [],
}
const pod = { id: 'b0d', name: 'shop', createdAtMs: 0, labels: {}, infraId: ID, config }
const asked: RunRequest = { image: 'x', command: [] }

function holder(request: Partial<RunRequest> = {}, networkMode = 'slirp4netns', volumes: unknown[] = []) {
  const spec = { linux: { namespaces: [{ type: 'user' }] } }
  return { id: ID, config: { request, networkMode, spec, volumes } as unknown as ContainerConfig }
}

test('what is shared is joined, with the rights over it, after the holder was started', () => {
  const from = `container:${ID}`
  expect(memberRequest({ ...asked, podIdFile: 'file' }, pod, holder())).toEqual({
    ...asked,
    ...{ pod: 'b0d', networks: [from], ipc: from, uts: from, userns: from, requires: [ID] },
  })
})

test('what the holder has of the host is so here, and what the container says itself stays', () => {
  const request = { ...asked, ipc: 'private', userns: 'keep-id', hostname: 'own', uts: 'private' }
  expect(memberRequest(request, pod, holder({}, 'host'))).toMatchObject({
    ...{ networks: ['host'], ipc: 'private', userns: 'keep-id', hostname: 'own' },
  })
})

test('a pod passes on its volumes, its policy and its ids', () => {
  const strict = { ...pod, config: { ...config, shares: [], restart: 'always' } }
  const made = memberRequest(asked, strict, holder({ userns: 'auto' }, 'none', [{}]))
  expect(made).toMatchObject({ volumesFrom: [ID], restart: 'always', userns: `container:${ID}` })
  expect(made.networks).toBeUndefined()
  expect(memberRequest({ ...asked, remove: true }, strict, holder()).restart).toBeUndefined()
})

test.for([
  [{ publish: ['80:80'] }, '--publish'],
  [{ addHosts: ['a:1.2.3.4'] }, '--add-host'],
  [{ dns: ['1.1.1.1'] }, '--dns'],
  [{ hostname: 'x' }, '--hostname'],
] as const)('%j is for the pod to have', ([words, flag]) => {
  const refused = { code: 'E_POD_OPTION', message: expect.stringContaining(flag) }
  expect(() => memberRequest({ ...asked, ...words }, pod, holder())).toThrow(expect.objectContaining(refused))
  const apart = { ...pod, config: { ...config, shares: ['ipc'] } }
  expect(memberRequest({ ...asked, ...words }, apart, holder())).toMatchObject(words)
})
