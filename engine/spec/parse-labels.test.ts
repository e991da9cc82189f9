import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { containerLabels, parseLabel, parseLabelFile } from './parse-labels.ts'

test('options win over files, files over the image', () => {
  const request = { labels: ['c=option', 'empty'], labelFiles: ['f'] }
  const image = { labels: { a: 'image', b: 'image', c: 'image' } }
  expect(containerLabels(request, image, () => '# no\n\nb=file=x\r\nc=file\n')).toEqual({
    a: 'image',
    b: 'file=x',
    c: 'option',
    empty: '',
  })
})

test('a label without a name is refused', () => {
  expect(() => parseLabel('=x')).toThrow(expect.objectContaining({ code: 'E_BAD_LABEL' }))
})

test('whatever the text, labels have a name, or a TspodError comes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        for (const [name] of [parseLabel(text), ...parseLabelFile(text)]) expect(name).not.toBe('')
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 200 },
  )
})
