import { expect, test } from 'vitest'
import { explainFailure } from './explain.ts'
import { becomeGateway } from './network-steps.ts'
import { step } from './step.ts'

const ENOENT = 2

test('a program of ours that cannot be found has no hint about words', () => {
  const [last] = becomeGateway('/opt/tspod/gateway', []).slice(-1)
  expect(explainFailure(last ? [last] : [], 0, ENOENT).hint).toBeUndefined()
})

test.each([
  ['-it', /^write flags before the image/],
  ['echo hi', /^write the program and its arguments as words/],
  ['/app/start.sh', /^if the file is there, .*interpreter/],
  ['./with a space', /^if the file is there/],
  ['nosuch', undefined],
])('a program %j that cannot be found', (program, hint) => {
  const error = explainFailure([step(`run ${program}`, 'exec-failed')], 0, ENOENT)
  expect(error).toMatchObject({
    exitCode: 127,
    message: `could not run ${program}: no such file, or not in PATH`,
    hint: hint && expect.stringMatching(hint),
  })
})
