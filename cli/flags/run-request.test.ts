import { expect, test } from 'vitest'
import { withoutCredentials } from './run-request.ts'

test('what inspect shows of the command line has no password in it', () => {
  const words = ['tspod', 'run', '--creds', 'a:b', '--creds=a:b', '-e', 'X=1', 'alpine']
  expect(withoutCredentials(words)).toEqual(['tspod', 'run', '--creds', '***', '--creds=***', '-e', 'X=1', 'alpine'])
})
