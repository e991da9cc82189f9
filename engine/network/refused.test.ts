import { expect, test } from 'vitest'
import { parseRefusals } from './refused.ts'

test('lines as the gateway writes them, and nothing else', () => {
  const lines = [
    'ut in the middle',
    '1795289040123 tcp 192.0.2.1 443',
    '1795289040124 132 192.0.2.1 0',
    '1795289040125 name a?b.example 0',
    '1795289041000 missed - 12',
    '1795289040123 tcp 192.0.2.1 443 more',
    '9999999999999999 tcp 192.0.2.1 443',
    '1795289040123 tcp \u001b[2J 443',
    '',
  ]
  expect(parseRefusals(lines.join('\n'))).toEqual([
    { time: '2026-11-21T19:24:00.123Z', protocol: 'tcp', destination: '192.0.2.1', port: 443 },
    { time: '2026-11-21T19:24:00.124Z', protocol: '132', destination: '192.0.2.1', port: 0 },
    { time: '2026-11-21T19:24:00.125Z', protocol: 'name', destination: 'a?b.example', port: 0 },
    { time: '2026-11-21T19:24:01.000Z', protocol: 'missed', destination: '-', port: 12 },
  ])
})
