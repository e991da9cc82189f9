import { expect, test } from 'vitest'
import { editPolicy } from './edit-policy.ts'

test('changes one scope and leaves all else as it was', () => {
  const text = JSON.stringify({
    default: [{ type: 'reject' }],
    transports: { docker: { 'a.b': [{ type: 'reject' }] }, oci: { '': [{ type: 'insecureAcceptAnything' }] } },
  })
  const edited = editPolicy({ file: 'p', text }, { scope: 'c.d/e', type: 'sigstoreSigned', keys: ['/1', '/2'] })
  expect(JSON.parse(edited)).toEqual({
    default: [{ type: 'reject' }],
    transports: {
      docker: {
        'a.b': [{ type: 'reject' }],
        'c.d/e': [
          { type: 'sigstoreSigned', keyPath: '/1' },
          { type: 'sigstoreSigned', keyPath: '/2' },
        ],
      },
      oci: { '': [{ type: 'insecureAcceptAnything' }] },
    },
  })
})

test('begins with what is in force without a file', () => {
  expect(JSON.parse(editPolicy(undefined, { scope: 'a.b', type: 'reject', keys: [] }))).toEqual({
    default: [{ type: 'insecureAcceptAnything' }],
    transports: { docker: { 'a.b': [{ type: 'reject' }] } },
  })
})

test('what is not valid is not made any worse', () => {
  expect(() => editPolicy({ file: 'p', text: '{}' }, { scope: 'default', type: 'reject', keys: [] })).toThrow(
    expect.objectContaining({ code: 'E_BAD_POLICY' }),
  )
})
