import { defineConfig } from 'vitest/config'

/** Two projects: what needs nothing (beside its file), and what touches the machine (test/). */
export default defineConfig({
  cacheDir: `${process.env['TMPDIR'] ?? '/tmp'}/tspod-vitest-cache-${process.getuid?.()}`,
  test: {
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
          testTimeout: 60_000,
          hookTimeout: 240_000,
        },
      },
    ],
    maxWorkers: 4,
  },
})
