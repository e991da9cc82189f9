import { expect, test } from 'vitest'
import { callersIds, withoutCredentials } from './run-request.ts'

test('what inspect shows of the command line has no password in it', () => {
  const words = ['tspod', 'run', '--creds', 'a:b', '--creds=a:b', '-e', 'X=1', 'alpine']
  expect(withoutCredentials(words)).toEqual(['tspod', 'run', '--creds', '***', '--creds=***', '-e', 'X=1', 'alpine'])
})

test.for([
  [{ user: '1000' }, 'keep-id'],
  [{ user: '1000:1000', networks: ['shop'] }, 'keep-id'],
  [{ user: '1001' }, undefined],
  [{ user: 'alice' }, undefined],
  [{}, undefined],
  [{ user: '1000', userns: 'host' }, undefined],
  [{ user: '1000', pod: 'front' }, undefined],
  [{ user: '1000', networks: ['container:web'] }, undefined],
] as const)('called as docker, %j of the user 1000 has the user namespace %s', ([asked, userns]) => {
  const request = { image: 'alpine', command: [], ...asked }
  expect(callersIds(request, 1000).userns).toBe(userns)
  expect(callersIds({ ...request, user: '0' }, 0)).toEqual({})
})
