import { defineConfig } from 'vitest/config'

/** Two projects: what needs nothing (beside its file), and what touches the machine (test/). */
export default defineConfig({
  cacheDir: `${process.env['TMPDIR'] ?? '/tmp'}/tspod-vitest-cache-${process.getuid?.()}`,
  test: {
    setupFiles: ['test/support/one-seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{base,cli,engine,network,storage,ui}/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'machine',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          // a bound for what hangs: what takes ten seconds on an idle machine takes a minute on a busy one
          testTimeout: 120_000,
          hookTimeout: 240_000,
          // what is waited for comes, and is looked for often; only how long it may take on a slow machine is more than usual
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
    maxWorkers: 4,
  },
})
