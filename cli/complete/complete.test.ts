import { expect, test } from 'vitest'
import type { LiveName, NameKind } from '../../engine/complete/live-names.ts'
import { commands } from '../commands/index.ts'
import { type Completion, complete } from './complete.ts'
import { completionLines } from './completion-lines.ts'

/** What is there of each kind; of containers, those that the verb is for. */
function namesOf(kind: NameKind, verb: string, flags: ReadonlyMap<string, string>): LiveName[] {
  const containers: Record<string, string[]> = { start: ['old'], stop: ['web'], exec: ['web'], rm: ['old'] }
  const names: Partial<Record<NameKind, string[]>> = {
    container: containers[verb] ?? ['old', 'web'],
    image: ['docker.io/library/alpine:latest', 'quay.io/team/app:1'],
    network: ['shop'],
    pod: ['front'],
    volume: ['data', `in${flags.get('root') ?? ''}`],
  }
  return (names[kind] ?? []).map((name) => ({ name, about: kind }))
}

async function completed(line: string): Promise<Completion & { readonly words: string[] }> {
  const result = await complete(line.split(' '), { commands, compat: 'podman', names: namesOf })
  return { ...result, words: result.candidates.map(({ word }) => word) }
}

// biome-ignore format: a table
test.for([
  ['st', ['start', 'stats', 'stop']],
  ['network r', ['refused', 'reload', 'remove', 'rm']],
  ['image trust ', ['set', 'show']],
  ['help net', ['network']],
  ['help network ref', ['refused']],
  ['--root /x net', ['network']],
  ['--log-level w', ['warn', 'warning']],
  ['--log-level=w', ['--log-level=warn', '--log-level=warning']],
  ['start ', ['old']],
  ['stop ', ['web']],
  ['container stop ', ['web']],
  ['stop old ', ['web']],
  ['rm ', ['old']],
  ['rm -f ', ['old', 'web']],
  ['exec -it ', ['web']],
  ['logs -f --tail 5 o', ['old']],
  ['run al', ['alpine:latest']],
  ['run docker', ['docker.io/library/alpine:latest']],
  ['run -it --rm --name web app', ['app:1']],
  ['run --network s', ['shop', 'slirp4netns']],
  ['run --network=s', ['--network=shop', '--network=slirp4netns']],
  ['run --pull ', ['always', 'missing', 'never', 'newer']],
  ['run --rm=', ['--rm=true', '--rm=false']],
  ['run -dv d', ['data:']],
  ['run --stop-signal H', ['HUP']],
  ['kill -s SIGK', ['SIGKILL']],
  ['wait --condition he', ['healthy']],
  ['wait --condition=re', ['--condition=restarting', '--condition=removed', '--condition=removing']],
  ['run --cap-add NET_A', ['NET_ADMIN']],
  ['run --cap-drop=CAP_NET_A', ['--cap-drop=CAP_NET_ADMIN']],
  ['run --cap-add CAP_A', ['CAP_AUDIT_WRITE', 'CAP_AUDIT_CONTROL', 'CAP_AUDIT_READ']],
  ['run --ulimit nof', ['nofile=']],
  ['help E_PORT_IN', ['E_PORT_IN_USE']],
  ['--root /y volume rm in', ['in/y']],
  ['volume rm --root=/z in', ['in/z']],
  ['cp w', ['web:']],
  ['network connect ', ['shop']],
  ['network connect shop o', ['old']],
  ['network create ', []],
  ['port web 80 ', []],
  ['ps --filter he', ['health=']],
  ['ps -f status=re', ['status=restarting', 'status=removing']],
  ['ps --filter=health=h', ['--filter=health=healthy']],
  ['ps --filter network=', ['network=shop']],
  ['ps --filter ancestor=al', ['ancestor=alpine:latest']],
  ['ps --filter until=', []],
  ['container stop --filter label', ['label=', 'label!=']],
  ['images --filter dangling=', ['dangling=true', 'dangling=false']],
  ['image prune --filter re', ['reference=']],
  ['volume ls -f na', ['name=']],
  ['network ls -f type=', ['type=custom', 'type=builtin']],
  ['pod ps --filter status=d', ['status=degraded']],
  ['events --filter type=p', ['type=pod']],
  ['search --filter is-o', ['is-official=']],
  ['ps --no', ['--no-trunc', '--noheading']],
  ['ps --all --al', []],
  ['stop -', ['--cidfile', '-l', '--latest', '-a', '--all', '-f', '--filter', '-i', '--ignore', '-s', '--signal', '-t', '--time', '-h', '--help', '--root', '--runroot', '--storage-driver', '--log-level', '--json', '--ci']],
  ['stop -- -', []],
  ['ci ', ['github', 'gitlab', 'make']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['frob ', []],
  ['container __', []],
] as const)('%s<TAB>', async ([line, words]) => {
  expect((await completed(line)).words).toEqual(words)
})

test.for([
  ['run alpine ', 'files'],
  ['run alpine ls --', 'files'],
  ['exec web l', 'files'],
  ['unshare -- ', 'files'],
  ['run --env-file ', 'files'],
  ['load -i ', 'files'],
  ['login --cert-dir ', 'dirs'],
  ['cp web:/etc ', 'files'],
  ['ps ', undefined],
] as const)('%s<TAB> goes on with %s', async ([line, paths]) => {
  expect(await completed(line)).toMatchObject(paths === undefined ? { words: [] } : { paths })
})

test('a word that goes on is told from one that is whole', async () => {
  expect(await completed('cp w')).toMatchObject({ goesOn: true })
  expect(await completed('stop w')).not.toHaveProperty('goesOn')
})

test('what is no word, and what would be lines of its own, is not passed on', () => {
  const about = 'x'.repeat(100)
  const words = ['a b', 'a\nb', '\u001b[2J', ':files', '$(touch x)', 'c'].map((word) => ({ word, about: '' }))
  const lines = completionLines(
    { candidates: [...words, { word: 'd', about: 'one\n:files' }, { word: 'e', about }], goesOn: true },
    { noDescriptions: false },
  )
  expect(lines).toEqual(['c', 'd\tone :files', `e\t${'x'.repeat(59)}…`, ':nospace'])
})

test('every command that filters has its keys completed', async () => {
  for (const [name, { load }] of Object.entries(commands)) {
    if ('filter' in (await load()).default.options)
      expect([name, (await completed(`${name} --filter `)).words]).not.toEqual([name, []])
  }
})
