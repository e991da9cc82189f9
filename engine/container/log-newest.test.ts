import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLogOutput } from './log-output.ts'
import { readLogFile } from './log-read-file.ts'

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `2026-01-01T00:00:00.000000000+00:00 stdout F line ${from + at}\n`).join(
    '',
  )

const FORMAT = { timestamps: false, before: '', between: '', after: '' }

test('the last lines, then the newest of what comes, by whole lines, and how much is left out', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tspod-newest-'))
  const path = join(directory, 'ctr.log')
  writeFileSync(path, lines(100, 200))
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let [text, skipped] = ['', 0]
  const stdout = (chunk: Uint8Array): void => {
    text += Buffer.from(chunk).toString()
  }
  const onSkip = (bytes: number): void => {
    skipped += bytes
    text += '…'
  }
  const reading = readLogFile(
    { driver: 'k8s-file', path, maxFiles: 1 },
    {
      output: openLogOutput(FORMAT, { stdout, stderr: stdout }),
      filter: { since: undefined, until: undefined },
      tail: 2,
      ended,
      pace: { lookMs: 1, maxBytes: 1000, onSkip },
    },
  )
  try {
    await expect.poll(() => text).toBe('line 198\nline 199\n')
    appendFileSync(path, lines(200, 201))
    await expect.poll(() => text).toBe('line 198\nline 199\nline 200\n')
    // Half a line is not one with what comes after a gap.
    appendFileSync(path, lines(201, 202).slice(0, -4))
    appendFileSync(path, `\n${lines(300, 400)}`)
    await expect.poll(() => text).toMatch(/line 399\n$/)
    const first = Number(/line 200\n(?:line\n)?…line (\d+)\n/.exec(text)?.[1])
    expect(first).toBeGreaterThan(375)
    const lineBytes = lines(300, 301).length
    expect(skipped).toBeGreaterThanOrEqual((first - 300) * lineBytes)
    expect(skipped).toBeLessThan((first - 300 + 2) * lineBytes)
  } finally {
    end()
    await reading
    rmSync(directory, { recursive: true })
  }
})

test('a log whose directory goes is read to the end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tspod-newest-'))
  const path = join(directory, 'ctr.log')
  writeFileSync(path, lines(100, 101))
  let text = ''
  const stdout = (chunk: Uint8Array): void => {
    text += Buffer.from(chunk).toString()
    rmSync(directory, { recursive: true, force: true })
  }
  await readLogFile(
    { driver: 'k8s-file', path, maxFiles: 1 },
    {
      output: openLogOutput(FORMAT, { stdout, stderr: stdout }),
      filter: { since: undefined, until: undefined },
      tail: undefined,
      ended: new Promise((resolve) => setTimeout(resolve, 20)),
      pace: { lookMs: 1, maxBytes: 1000, onSkip: () => {} },
    },
  )
  expect(text).toBe('line 100\n')
})
