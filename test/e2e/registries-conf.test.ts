import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { test as base, expect } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { push } from '../support/registry.ts'
import { imageOf, tarOf } from '../support/tar-image.ts'
import { openTerminal } from '../support/terminal.ts'
import { type Result, TSPOD } from '../support/tspod.ts'

const REGISTRY = inject('registry')
const INSECURE = `[[registry]]\nlocation = "${REGISTRY}"\ninsecure = true\n`

interface Home {
  /** writes a file of `~/.config/containers`; its path */
  write(file: string, text: string): string
  /** what the user's own files count for */
  readonly env: Record<string, string>
  pull(...argv: string[]): Promise<Result>
  /** the full names of what is in storage, which are removed then */
  names(): Promise<string[]>
}

const test = base.extend<{ home: Home }>({
  home: async ({ tspod, directory }, use) => {
    const env = {
      CONTAINERS_REGISTRIES_CONF: '',
      XDG_CONFIG_HOME: join(directory, 'config'),
      XDG_CACHE_HOME: join(directory, 'cache'),
    }
    await use({
      env,
      write(file, text) {
        const path = join(directory, 'config/containers', file)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
        return path
      },
      pull: (...argv) => tspod.with({ env }, 'pull', '-q', '--retry=0', ...argv),
      async names() {
        const { stdout } = await tspod('images', '--format', '{{.Repository}}:{{.Tag}}')
        await tspod('rmi', '-a', '-f')
        return stdout.trim().split('\n').sort()
      },
    })
  },
})

test('the main file and the drop-ins after it decide, the last one last, and an override after all', async ({
  home,
  tspod,
}) => {
  await published('conf/one')
  home.write(
    'registries.conf',
    `unqualified-search-registries = ["no.example"]\n${INSECURE}[aliases]\n"short" = "no.example/x"\n`,
  )
  home.write('registries.conf.d/000-shortnames.conf', `[aliases]\n"short" = "${REGISTRY}/conf/no"\n`)
  home.write('registries.conf.d/010.conf', `unqualified-search-registries = ["${REGISTRY}/conf"]\n`)
  home.write('registries.conf.d/020.conf', `[aliases]\n"short" = "${REGISTRY}/conf/one"\n`)
  home.write('registries.conf.d/030.not', 'is not read')
  for (const name of ['short', 'one']) {
    expect(await home.pull(name)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await home.names()).toEqual([`${REGISTRY}/conf/one:latest`])
  }
  const override = home.write('override.conf', `[[registry]]\nlocation = "${REGISTRY}"\nblocked = true\n`)
  const env = { ...home.env, CONTAINERS_REGISTRIES_CONF_OVERRIDE: override }
  const blocked = await tspod.with({ env }, 'pull', '-q', 'short')
  expect(blocked).toEqual({
    exitCode: 125,
    stdout: '',
    stderr: `error: ${REGISTRY} is blocked by ${override}:3 [E_REGISTRY_BLOCKED]\n`,
  })
  const missing = { ...home.env, CONTAINERS_REGISTRIES_CONF: '/no/such.conf' }
  expect(await tspod.with({ env: missing }, 'pull', '-q', 'short')).toMatchObject({
    exitCode: 125,
    stderr: /^error: \/no\/such\.conf: no such file \[E_BAD_CONFIG\]\n/,
  })
})

test('mirrors are asked in their order, for what each is for, before the place itself', async ({ home }) => {
  const image = await published('conf/mirrored')
  await using first = await startFront(REGISTRY, { instead: (_, response) => Boolean(response.writeHead(404).end()) })
  await using second = await startFront(REGISTRY)
  const mirror = (host: string, more = ''): string =>
    `[[registry.mirror]]\nlocation = "${host}/conf"\ninsecure = true\n${more}`
  const asked = async (tables: string, name: string, setting = ''): Promise<boolean[]> => {
    const own = `[[registry]]\nprefix = "*.logical.example"\nlocation = "${REGISTRY}/conf"\ninsecure = true\n${setting}`
    home.write('registries.conf', own + tables)
    for (const front of [first, second]) front.requests.length = 0
    expect(await home.pull(name)).toMatchObject({ exitCode: 0, stderr: '' })
    await home.names()
    return [first, second].map(({ requests }) => requests.length > 0)
  }
  const byTag = 'a.logical.example/mirrored'
  const byDigest = `${byTag}@${image.manifest.digest}`
  const mirrors = (more: string): string => mirror(first.host) + mirror(second.host, `pull-from-mirror = "${more}"\n`)
  expect(await asked(mirrors('all'), byTag)).toEqual([true, true])
  expect(await asked(mirrors('tag-only'), byTag)).toEqual([true, true])
  expect(await asked(mirrors('tag-only'), byDigest)).toEqual([true, false])
  expect(await asked(mirrors('digest-only'), byTag)).toEqual([true, false])
  expect(await asked(mirrors('digest-only'), byDigest)).toEqual([true, true])
  const both = mirror(first.host) + mirror(second.host)
  expect(await asked(both, byTag, 'mirror-by-digest-only = true\n')).toEqual([false, false])
  expect(await asked(both, byDigest, 'mirror-by-digest-only = true\n')).toEqual([true, true])
  expect(await asked(mirror(second.host) + mirror(first.host), byTag)).toEqual([false, true])
})

test.for([
  ['a = ', /registries\.conf:1: /],
  [
    '[registries.search]\nregistries = ["docker.io"]',
    /registries\.conf:1: \[registries\.…\] is the old version 1 format/,
  ],
  [
    '\n[[registry]]\nlocation = "a.example"\ninsecure = "no"',
    /registries\.conf:4: registry\[0\]\.insecure is not true or false/,
  ],
  [
    'short-name-mode = "maybe"',
    /registries\.conf:1: short-name-mode is not enforcing, permissive or disabled: "maybe"/,
  ],
] as const)('%j is refused in a line that names the file and the line', async ([text, line], { home }) => {
  home.write('registries.conf', text)
  const refused = await home.pull('alpine')
  expect(refused).toMatchObject({ exitCode: 125, stdout: '' })
  expect(refused.stderr).toMatch(/^error: [^\n]+ \[E_BAD_CONFIG\]\n(hint: [^\n]+\n)?$/)
  expect(refused.stderr).toMatch(line)
})

test('a short name on several registries is asked for on a terminal once, and then known', async ({
  home,
  tspod,
  directory,
}) => {
  await published('conf/asked')
  const text = `unqualified-search-registries = ["127.0.0.1:1", "${REGISTRY}"]\nshort-name-mode = "enforcing"\n${INSECURE}`
  const conf = home.write('registries.conf', text)
  const refused = await home.pull('conf/asked')
  expect(refused).toMatchObject({ exitCode: 125, stdout: '' })
  expect(refused.stderr).toMatch(/^error: [^\n]+ \[E_SHORT_NAME\]\nhint: [^\n]+\n$/)
  expect(refused.stderr).toContain(`may be on any of 127.0.0.1:1, ${REGISTRY} (${conf}:1), and ${conf}:2 `)

  const cache = join(directory, 'cache/containers/short-name-aliases.conf')
  const argv = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot]
  const onTerminal = (...more: string[]) => openTerminal([...argv, ...more], { env: { ...process.env, ...home.env } })
  {
    await using terminal = onTerminal('pull', '-q', 'conf/asked')
    expect(await terminal.shows('Which one? [1-2] ')).toContain(`  2  ${REGISTRY}/conf/asked:latest`)
    terminal.type('\x03')
    expect(await terminal.exitCode()).toBe(130)
    expect(existsSync(cache)).toBe(false)
  }
  {
    await using terminal = onTerminal('pull', '-q', 'conf/asked')
    await terminal.shows('Which one? [1-2] ')
    terminal.type('3\r')
    await terminal.shows('Which one? [1-2] ')
    terminal.type('2\r')
    expect(await terminal.exitCode()).toBe(0)
  }
  expect(readFileSync(cache, 'utf8')).toBe(`[aliases]\n  "conf/asked" = "${REGISTRY}/conf/asked"\n`)
  await home.names()
  expect(await home.pull('conf/asked')).toMatchObject({ exitCode: 0, stderr: '' })
  await home.names()

  home.write('registries.conf', text.replace('enforcing', 'disabled'))
  const all = await home.pull('conf/asked')
  expect(all).toMatchObject({ exitCode: 0, stderr: '' })
  home.write('registries.conf', text.replace('enforcing', 'permissive'))
  await published('conf/permitted')
  expect(await home.pull('conf/permitted')).toMatchObject({ exitCode: 0, stderr: '' })
})

async function published(repository: string) {
  const image = imageOf([await tarOf([{ name: repository }])])
  await push(REGISTRY, repository, 'latest', image)
  return image
}
