import { expect, test } from '../support/fixtures.ts'
import { TSPOD, type Tspod } from '../support/tspod.ts'

/** A small root that goes with its mount namespace; `try` says how each command ends. */
const PREPARE = `
set -e
small=$1; runroot=$2; mkdir "$small"; mount -t tmpfs -o size=8m none "$small"
tspod() { "$TSPOD" --root "$small/root" --runroot "$runroot" "$@"; }
try() { status=0; tspod "$@" > /dev/null 2> "$runroot/said" || status=$?; echo "$status $*"; grep -v '^warning' "$runroot/said" || true; }
fill() { cat /dev/zero > "$small/fill" 2> /dev/null || true; }
`

async function script(tspod: Tspod, directory: string, lines: string): Promise<string[]> {
  const argv = ['unshare', 'sh', '-c', PREPARE + lines, 'sh', `${directory}/small`, tspod.runroot]
  const { exitCode, stdout, stderr } = await tspod.with({ env: { TSPOD } }, ...argv)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout.trim().split('\n')
}

const NO_SPACE = [
  expect.stringMatching(/^error: no space left for \/.* \[E_NO_SPACE\]$/),
  expect.stringMatching(/^hint: make room with "tspod system prune -a"/),
]

test('on a full disk what frees space works, what needs some says so, and nothing is left over', {
  timeout: 120_000,
}, async ({ tspod, directory }) => {
  const lines = await script(
    tspod,
    directory,
    `
tspod pull -q alpine > /dev/null
tspod volume create kept > /dev/null
for name in f g h; do tspod run -d --name $name --network=none alpine sleep inf > /dev/null; done
tspod create --name c --network=none alpine true > /dev/null
try run --rm --network=none alpine sh -c 'dd if=/dev/zero of=/x bs=1M count=20 2> /dev/null || exit 9'
fill
for verb in 'ps -a' images 'inspect f' 'logs f' 'system df'; do try $verb; done
try run --rm --network=none alpine true
try commit f copy
try system check
try doctor
df --output=avail "$small" | tail -1
try kill f
try stop -t 0 g
tspod ps -a --format '{{.Names}} {{.State}}'
fill; try rm c
fill; try rm -f -t 0 h
fill; try rm -fa -t 0
fill; try volume rm kept
fill; try rmi alpine
fill; try system prune -af
rm "$small/fill"
try system check
tspod ps -aq; tspod images -q; tspod volume ls -q
ls "$small/root/containers" "$small/root/tmp" "$small/root/volumes" "$small/root/blobs/sha256" | grep -v :
stat -c %b "$small/root/state.db-reserve"
`,
  )
  expect(lines.filter((line) => line !== '')).toEqual([
    expect.stringMatching(/^9 run/),
    ...['ps -a', 'images', 'inspect f', 'logs f', 'system df'].map((verb) => `0 ${verb}`),
    '125 run --rm --network=none alpine true',
    ...NO_SPACE,
    '125 commit f copy',
    ...NO_SPACE,
    '125 system check',
    ...NO_SPACE,
    expect.stringMatching(/^[02] doctor$/),
    expect.stringMatching(/^ *0$/),
    '0 kill f',
    '0 stop -t 0 g',
    ...['f exited', 'g exited', 'h running', 'c created'],
    ...['rm c', 'rm -f -t 0 h', 'rm -fa -t 0', 'volume rm kept', 'rmi alpine', 'system prune -af', 'system check'].map(
      (verb) => `0 ${verb}`,
    ),
    '1024',
  ])
})

test('files that may not grow, and a disk that is read-only, are said in words', async ({ tspod, directory }) => {
  const lines = await script(
    tspod,
    directory,
    `
(ulimit -f 1; try run --rm --network=none hello)
tspod ps
mount -o remount,ro "$small"
try run --rm --network=none hello
`,
  )
  expect(lines.slice(0, 3)).toEqual([
    '125 run --rm --network=none hello',
    expect.stringMatching(/^error: could not write \/.*: it would be larger than files may be \[E_CANNOT_WRITE\]$/),
    expect.stringContaining('ulimit'),
  ])
  expect(lines.slice(-3)).toEqual([
    '125 run --rm --network=none hello',
    expect.stringMatching(/^error: could not .*: (the file system is read-only|read-only file system) \[E_[A-Z_]+\]$/),
    expect.stringMatching(/^hint: /),
  ])
})
