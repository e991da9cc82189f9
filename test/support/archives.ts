import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { type Tspod, tspodOver } from './tspod.ts'

/** Digest to size of each blob that a root has. */
export function blobsIn(tspod: Tspod): string[] {
  return readdirSync(join(tspod.root, 'blobs/sha256')).sort()
}

/** What a failed command must not leave: blobs, layers, temporary files. */
export function leftoversIn(tspod: Tspod): string[] {
  return ['blobs/sha256', 'layers', 'tmp'].flatMap((name) => readdirSync(join(tspod.root, name)))
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** A root beside the test's own, for what comes out of the other one. */
export function anotherRoot(directory: string, env: Record<string, string> = {}): Tspod {
  return tspodOver(mkdtempSync(join(directory, 'root-')), env)
}

/** Runs a program that must work, and gives its output. */
export function peer(program: string, ...argv: readonly string[]): string {
  return peerIn('/', program, argv)
}

function peerIn(cwd: string, program: string, argv: readonly string[]): string {
  const result = runChild(program, argv, { timeoutMs: 60_000, cwd })
  if (result?.exitCode !== 0) throw new Error(`${program} ${argv.join(' ')} failed: ${result?.stderr}`)
  return result.stdout
}

export function skopeo(...argv: readonly string[]): string {
  return peer('skopeo', '--insecure-policy', ...argv)
}

/** Rootless podman, with storage of its own in `directory`, which paths are relative to: of a layout it makes a name. */
export function podman(directory: string, ...argv: readonly string[]): string {
  const roots = ['--root', join(directory, 'podman'), '--runroot', join(directory, 'podman-run')]
  return peerIn(directory, 'podman', [...roots, '--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', ...argv])
}

/** What a tar has in it, `tar -t` with numbers for owners. */
export function listTar(file: string, ...options: readonly string[]): string[] {
  return peer('tar', ...options, '-tf', file)
    .trimEnd()
    .split('\n')
}
