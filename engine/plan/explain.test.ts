import { expect, test } from 'vitest'
import { explainFailure } from './explain.ts'
import { step } from './step.ts'

const ENOENT = 2

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
