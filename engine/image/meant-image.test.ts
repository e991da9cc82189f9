import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { hinting } from './meant-image.ts'

const NAMES = ['hello', 'docker.io/library/alpine:latest', 'alpine:latest', 'alpine']
const unreachable = new TspodError('E_REGISTRY_UNREACHABLE', 'could not reach registry x')

test.for([
  ['helo', 'did you mean hello? Else check the network'],
  ['alpin', 'did you mean alpine? Else check the network'],
  ['alpine', undefined],
  ['postgres', undefined],
] as const)('what cannot be fetched as %s has the hint %s', ([name, hint]) => {
  expect(hinting(unreachable, name, NAMES)).toMatchObject({ code: 'E_REGISTRY_UNREACHABLE', hint })
})
