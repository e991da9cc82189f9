/**
 * `npm run pictures`: the dashboard as it is, with containers of its own, drawn into docs/pictures/.
 * As root it does that as the ordinary user that runs the tests.
 */
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as passing } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { busyboxImage } from '../test/support/busybox-image.ts'
import { openScreen, type Screen } from '../test/support/screen.ts'
import { TSPOD, type Tspod, tspodOver } from '../test/support/tspod.ts'
import { prepareUser, runAsUser } from './as-user.ts'
import { delegateCgroup } from './delegated-cgroup.ts'
import { runProgram } from './run-program.ts'
import { svgOfScreen } from './svg-screen.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PICTURES = join(ROOT, 'docs/pictures')
/** For the ordinary user: where to leave them for root. */
const [OUT = PICTURES] = process.argv.slice(2)
/** After it every age is a minute, and the graphs are as long as they get. */
const SETTLED_MS = 61_000

/** What the container with a log writes. */
const API = [
  'n=0; while [ $n -lt 60 ]; do n=$((n+1));',
  'case $n in *7) echo "error: order $n: card was refused" ;; *) echo "info: order $n: paid" ;; esac;',
  'done; while :; do sleep 0.2; done',
].join(' ')

if (OUT === PICTURES) await runProgram(process.execPath, [join(ROOT, 'scripts/build.ts')])
if (process.getuid?.() === 0) await drawAsUser()
else await draw()

async function drawAsUser(): Promise<void> {
  const user = await prepareUser('tspod-test')
  const out = mkdtempSync(join(tmpdir(), 'tspod-pictures-'))
  chownSync(out, user.uid, user.gid)
  try {
    const status = await runAsUser(user, ROOT, {
      argv: (checkout) => [join(checkout, 'scripts/pictures.ts'), out],
      view: delegateCgroup(user),
    })
    if (status !== 0) throw new Error('there are no pictures')
    mkdirSync(PICTURES, { recursive: true })
    for (const name of readdirSync(out)) copyFileSync(join(out, name), join(PICTURES, name))
  } finally {
    rmSync(out, { recursive: true })
  }
}

async function draw(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tspod-pictures-'))
  const tspod = tspodOver(directory, { CONTAINERS_CONF: '/dev/null' })
  try {
    await makeContainers(tspod, directory)
    mkdirSync(OUT, { recursive: true })
    const env = { ...process.env, TERM: 'xterm-256color', NO_COLOR: undefined }
    await using screen = openScreen([TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, 'ps'], {
      rows: 18,
      columns: 120,
      env,
    })
    await screen.until(/> /)
    await passing(SETTLED_MS)
    await keep(screen, 'containers', /shop/)
    screen.type('/api\r')
    await screen.until(/filter: api/)
    screen.type('\u001b[Bl')
    await screen.until(/order 60/)
    screen.type('/error\r')
    await keep(screen, 'logs', /\/error/)
    screen.type('qi')
    await screen.until(/container api/)
    screen.type('jjjj\r')
    await keep(screen, 'inspect', /Status "running"/)
    screen.type('q?')
    await keep(screen, 'help', /suspend, leave/)
    screen.type('qq')
    await screen.exitCode()
  } finally {
    await tspod('rm', '-f', '-a', '-t', '0')
    await tspod('pod', 'rm', '-f', '-a')
    await tspod('unshare', 'rm', '-rf', join(directory, 'root'), join(directory, 'run'))
    rmSync(directory, { recursive: true, force: true })
  }
}

async function keep(screen: Screen, name: string, shows: RegExp): Promise<void> {
  await screen.until(shows)
  writeFileSync(join(OUT, `${name}.svg`), svgOfScreen(screen.emulator, `the dashboard of tspod: ${name}`))
}

async function makeContainers(tspod: Tspod, directory: string): Promise<void> {
  const [layer] = (await busyboxImage()).layers
  const file = join(directory, 'busybox.tar')
  writeFileSync(file, layer?.bytes ?? '')
  for (const name of ['shop/web:1.8', 'shop/api:2.1', 'library/postgres:17', 'shop/worker:0.9']) {
    await must(tspod('import', '--change', `LABEL name=${name}`, file, `docker.io/${name}`))
  }
  const run = (name: string, image: string, script: string, ...flags: readonly string[]): Promise<void> =>
    must(tspod('run', '-d', '--name', name, ...flags, `docker.io/${image}`, 'sh', '-c', script))
  const none = '--network=none'
  const health = ['--health-cmd', 'true', '--health-interval', '2s']
  await tspod('run', '--name', 'backup', none, 'docker.io/library/postgres:17', 'sh', '-c', 'exit 3')
  await tspod('run', '--name', 'migrate', none, 'docker.io/shop/worker:0.9', 'true')
  await run('importer', 'shop/worker:0.9', 'sleep 1000', none)
  await must(tspod('pause', 'importer'))
  await run('db', 'library/postgres:17', 'head -c 24000000 /dev/zero | tail -c 24000000 | sleep 1000', none)
  await must(tspod('pod', 'create', '--name', 'shop', '-p', '127.0.0.1:18080:80'))
  await run('api', 'shop/api:2.1', API, '--pod', 'shop', ...health)
  await run('worker', 'shop/worker:0.9', 'while :; do usleep 2000; done', '--pod', 'shop')
  await run('web', 'shop/web:1.8', 'while :; do sleep 0.05; done', '--pod', 'shop', ...health)
}

async function must(result: Promise<{ readonly exitCode: number; readonly stderr: string }>): Promise<void> {
  const { exitCode, stderr } = await result
  if (exitCode !== 0) throw new Error(stderr)
}
