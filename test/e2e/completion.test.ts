import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { completionScript, SHELLS } from '../../cli/complete/completion-script.ts'
import { test as base, expect } from '../support/fixtures.ts'
import { openTerminal, type Terminal } from '../support/terminal.ts'
import { TSPOD, type Tspod } from '../support/tspod.ts'

/** In each shell ^T shows the line as it is. */
const SHOW_LINE = {
  bash: [
    'PS1="> "',
    'bind "set bell-style none"',
    'bind "set enable-bracketed-paste off"',
    'show() { printf "<%s>\\n" "$READLINE_LINE"; }',
    'bind -x \'"\\C-t": show\'',
  ],
  zsh: [
    'PROMPT="> "',
    'unsetopt zle_bracketed_paste beep 2>/dev/null',
    'autoload -U compinit; compinit -u -D',
    'show() { print -r -- "<$BUFFER>"; }',
    'zle -N show; bindkey -e; bindkey "^T" show',
  ],
}

const START = { bash: ['bash', '--norc', '--noprofile', '-i'], zsh: ['zsh', '-f', '-i'] }

interface Shells {
  /** where it is typed; holds bin, which is in PATH, and a file */
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }
  interactive: (shell: 'bash' | 'zsh', ...lines: string[]) => Promise<Terminal>
}

const test = base.extend<Shells>({
  place: async ({ tspod, directory }, use) => {
    const cwd = join(directory, 'typed')
    for (const path of ['typed/bin', 'data', 'runtime']) mkdirSync(join(directory, path), { recursive: true })
    symlinkSync(tspod.root, join(directory, 'data/tspod'))
    symlinkSync(tspod.runroot, join(directory, 'runtime/tspod'))
    for (const name of ['tspod', 'docker']) symlinkSync(TSPOD, join(cwd, 'bin', name))
    writeFileSync(join(cwd, 'some file'), '')
    const env = {
      ...process.env,
      PATH: `${cwd}/bin:${process.env['PATH']}`,
      HOME: cwd,
      TERM: 'xterm',
      XDG_DATA_HOME: join(directory, 'data'),
      XDG_RUNTIME_DIR: join(directory, 'runtime'),
    }
    await use({ cwd, env })
  },
  interactive: async ({ place }, use) => {
    const opened: Terminal[] = []
    await use(async (shell, ...lines) => {
      const file = join(place.cwd, `setup.${shell}`)
      writeFileSync(file, [...SHOW_LINE[shell], ...lines, 'echo set"-"up', ''].join('\n'))
      const terminal = openTerminal(START[shell], { ...place, rows: 50, columns: 200 })
      opened.push(terminal)
      terminal.type(`. ./setup.${shell}\r`)
      await terminal.shows('set-up')
      return terminal
    })
    for (const terminal of opened) await terminal[Symbol.asyncDispose]()
  },
})

async function makeThings(tspod: Tspod): Promise<void> {
  for (const words of [
    ['run', '-q', '-d', '--name', 'web', '--network=none', 'alpine', 'sleep', 'inf'],
    ['create', '--name', 'wold', '--network=none', 'alpine'],
    ['network', 'create', 'shop'],
    ['volume', 'create', 'data'],
    ['pod', 'create', '--name', 'front'],
  ])
    expect(await tspod(...words), words.join(' ')).toMatchObject({ exitCode: 0 })
  expect(await tspod.with({ input: 'x' }, 'secret', 'create', 'key', '-')).toMatchObject({ exitCode: 0 })
}

// biome-ignore format: a table
const TYPED: readonly [typed: string, completed: string][] = [
  ['tspod netw', 'tspod network '],
  ['tspod network ref', 'tspod network refused '],
  ['tspod stop w', 'tspod stop web '],
  ['tspod start w', 'tspod start wold '],
  ['tspod rm wol', 'tspod rm wold '],
  ['tspod stop --ign', 'tspod stop --ignore '],
  ['tspod run --network=sh', 'tspod run --network=shop '],
  ['tspod run --pull nev', 'tspod run --pull never '],
  ['tspod run alp', 'tspod run alpine:latest '],
  ['tspod run alpine:la', 'tspod run alpine:latest '],
  ['tspod run -v dat', 'tspod run -v data:'],
  ['tspod run --env-file so', 'tspod run --env-file some\\ file '],
  ['tspod run alpine cat so', 'tspod run alpine cat some\\ file '],
  ['tspod pod start fr', 'tspod pod start front '],
  ['tspod secret rm ke', 'tspod secret rm key '],
  ['tspod cp we', 'tspod cp web:'],
  ['tspod ps --filter stat', 'tspod ps --filter status='],
  ['tspod ps --filter status=ini', 'tspod ps --filter status=initialized '],
  ['tspod ps --filter=health=unh', 'tspod ps --filter=health=unhealthy '],
  ['tspod volume ls -f name=da', 'tspod volume ls -f name=data '],
  ["tspod stop 'we", "tspod stop 'web' "],
  ['docker stop w', 'docker stop web '],
  ['docker image ls --no-t', 'docker image ls --no-trunc '],
]

test.for(['bash', 'zsh'] as const)(
  '%s completes commands, flags, names and files',
  async (shell, { tspod, interactive }) => {
    await makeThings(tspod)
    const scripts = ['tspod', 'docker'].map((name) => `. <(${name} completion ${shell})`)
    const terminal = await interactive(shell, ...scripts)
    for (const [typed, completed] of TYPED) {
      terminal.type(`${typed}\t\x14`)
      await terminal.shows(`<${completed}>`)
      terminal.type('\x15')
    }
    terminal.type('tspod inspect w\t\t')
    await terminal.shows(
      shell === 'bash' ? 'web  (running, docker.io/library/alpine:latest)' : 'web   -- running, docker.io',
    )
  },
)

test('fish completes commands, flags, names and files', async ({ tspod, place }) => {
  await makeThings(tspod)
  const complete = (line: string): string[] => {
    const script = ['tspod', 'docker'].map((name) => `${name} completion fish | source`).join('; ')
    const done = runChild('fish', ['--no-config', '-c', `${script}; complete -C "$argv[1]"`, line], place)
    return done?.stdout.trimEnd().split('\n') ?? []
  }
  expect(complete('tspod st')).toEqual([
    'start\tStart containers that were made before',
    'stats\tShow what containers use of the machine',
    'stop\tStop running containers',
  ])
  const about = 'docker.io/library/alpine:latest'
  expect(complete('tspod stop w')).toEqual([`web\trunning, ${about}`])
  expect(complete('docker start w')).toEqual([`wold\tcreated, ${about}`])
  expect(complete('tspod run --network=sh')).toEqual(['--network=shop\tnetwork'])
  expect(complete('tspod ps --filter health=h')).toEqual(['health=healthy'])
  expect(complete('tspod network ls --filter ty')).toEqual(['type='])
  expect(complete('tspod run alpine:la')).toEqual(['alpine:latest\timage'])
  expect(complete('tspod run alpine cat so')[0]).toMatch(/^some(\\)? file\b/)
  expect(complete('tspod stop so')).toEqual([''])
})

const HOSTILE = ['a$(touch pwned)', 'b`touch${IFS}pwned`', 'c;touch${IFS}pwned', 'd\'"|touch${IFS}pwned']

test.for(SHELLS)(
  '%s executes nothing of what comes back, nor of what is typed',
  async (shell, { place, interactive }) => {
    const quoted = HOSTILE.map((line) => `'${line.replaceAll("'", "'\\''")}'`)
    const lines = quoted.map((line) => `case ${line} in "$last"*) printf '%s\tsay $(touch pwned)\n' ${line} ;; esac`)
    const program = ['#!/bin/sh', 'for last; do :; done', ...lines, 'echo :', ''].join('\n')
    writeFileSync(join(place.cwd, 'bin/evil'), program, { mode: 0o755 })
    writeFileSync(join(place.cwd, 'evil.script'), completionScript(shell, { name: 'evil', noDescriptions: false }))
    const typed = 'evil "$(touch pwned)" '
    if (shell === 'fish') {
      const done = runChild('fish', ['--no-config', '-c', '. ./evil.script; complete -C $argv[1]', typed], place)
      expect(done?.stdout).toContain('a$(touch pwned)\tsay $(touch pwned)')
    } else {
      const terminal = await interactive(shell, '. ./evil.script')
      for (const word of HOSTILE) {
        terminal.type(`${typed}${word.slice(0, 1)}\t\x14`)
        await terminal.shows(`<${typed}${word.slice(0, 1)}`)
        expect(await terminal.shows('>')).toMatch(/\\|'/)
        terminal.type('\x15')
        // What was inserted is one word: as such it is told, and not run.
        terminal.type(`evil ${word.slice(0, 1)}\t\r`)
        await terminal.shows('say $(touch pwned)')
      }
      terminal.type(`${typed}\t\t`)
    }
    expect(existsSync(join(place.cwd, 'pwned'))).toBe(false)
  },
)

test('scripts are printed or written, for the name that was called', async ({ tspod, directory, place }) => {
  const printed = await tspod('completion', 'bash')
  expect(printed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/-F _tspod_complete tspod\n$/) })
  const file = join(directory, 'new/there')
  expect(await tspod('completion', '-f', file, 'bash')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(readFileSync(file, 'utf8')).toBe(printed.stdout)
  expect((await tspod('completion', '--no-desc', 'zsh')).stdout).toContain('__complete --no-desc -- ')
  expect(runChild('docker', ['completion', 'fish'], place)?.stdout).toContain('complete -c docker ')
  expect(await tspod('completion', 'powershell')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/^error: there is no completion for "powershell" /),
  })
})

test('names come from what is there, and asking for them makes nothing', async ({ tspod, directory, place }) => {
  const ask = (...words: string[]) => runChild('tspod', ['__complete', '--', ...words], place)?.stdout
  expect(ask('stop', '')).toBe(':\n')
  expect(existsSync(join(directory, 'root'))).toBe(false)
  mkdirSync(tspod.root)
  writeFileSync(join(tspod.root, 'state.db'), 'no database')
  expect(ask('stop', '')).toBe(':\n')
  expect(ask('--root', '/nowhere', 'stop', '')).toBe(':\n')
})
