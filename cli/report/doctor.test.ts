import { expect, test } from 'vitest'
import { degraded, essential, ok } from '../../engine/doctor/finding.ts'
import { doctorLines, doctorStatus } from './doctor.ts'

const fine = ok('a', 'fine')
const less = degraded('b', 'less\nx', { lost: 'l', mend: 'm' })
const gone = essential('c', 'gone', {})

test('a line a finding, with what is lost and what mends it', () => {
  expect(doctorLines([fine, less, gone], { color: false })).toEqual([
    'ok        a                    fine',
    'degraded  b                    less; x',
    '          lost: l',
    '          mend: m',
    'missing   c                    gone',
    '          lost: no container runs',
  ])
  expect(doctorLines([fine], { color: true })).toEqual(['\u001b[32mok       \u001b[39m a                    fine'])
})

test('the exit status says the worst', () => {
  expect([doctorStatus([fine]), doctorStatus([fine, less]), doctorStatus([less, gone, fine])]).toEqual([0, 1, 2])
})
