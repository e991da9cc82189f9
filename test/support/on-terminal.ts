import { inject } from 'vitest'
import { test as base } from './fixtures.ts'
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'
import { TSPOD } from './tspod.ts'

/** Starts the command as the foreground job of a terminal of its own. */
type OnTerminal = (args: readonly string[], options?: TerminalOptions) => Terminal

export const test = base.extend<{ onTerminal: OnTerminal }>({
  onTerminal: async ({ tspod, directory }, use) => {
    const env = { ...process.env, CONTAINERS_REGISTRIES_CONF: inject('registriesConf'), TERM: 'xterm' }
    const roots = ['--root', tspod.root, '--runroot', tspod.runroot]
    await use((args, options) => openTerminal([TSPOD, ...roots, ...args], { env, cwd: directory, ...options }))
  },
})
