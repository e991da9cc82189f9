import { expect, test } from 'vitest'
import { lastWords } from './last-words.ts'

test.for([
  ['', undefined],
  ['warning: this\nNo interface with a default route\n', 'No interface with a default route'],
  [
    "pasta: unrecognized option '--foo'\nUsage: pasta [OPTION]...\n  -d\tBe verbose\n",
    "pasta: unrecognized option '--foo'",
  ],
  ['Failed to send 47 bytes to syslog\nInvalid MTU: x\n\nFailed to send 8 bytes to syslog\n', 'Invalid MTU: x'],
  ['Not an address\nWARNING: Support for it is experimental\n', 'Not an address'],
  ['\x1b[31mred\u0007\n', '[31mred'],
  ['x'.repeat(1000), 'x'.repeat(200)],
] as const)('of %j', ([text, words]) => {
  expect(lastWords(text)).toBe(words)
})
