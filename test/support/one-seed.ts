import fc from 'fast-check'

/** What tests make up by chance is the same in each run; TSPOD_TEST_SEED has them make up something else. */
fc.configureGlobal({ seed: Number(process.env['TSPOD_TEST_SEED'] ?? 1) })
