import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { CHECKOUT } from './tspod.ts'

export interface NpmRegistry extends AsyncDisposable {
  readonly url: string
  /** names of the packages whose archives were fetched */
  readonly fetched: readonly string[]
}

interface Manifest {
  readonly name: string
  readonly version: string
}

/**
 * A registry on loopback that has node for both architectures; the archive of this machine's is made of what is installed.
 * @see the registry's documentation, responses/package-metadata.md
 */
export async function npmRegistry(directory: string, versions: Readonly<Record<string, string>>): Promise<NpmRegistry> {
  const own = `node-linux-${process.arch}`
  const archive = packInstalled(directory, own)
  const fetched: string[] = []
  const server = createServer((request, response) => {
    const name = request.url?.replace(/^\/|\.tgz$/g, '') ?? ''
    if (request.url === `/${own}.tgz`) {
      fetched.push(name)
      response.end(archive)
    } else if (versions[name] !== undefined) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(metadataOf({ name, version: versions[name] }, `${url()}${name}.tgz`, archive)))
    } else {
      response.statusCode = 404
      response.end('{}')
    }
  })
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: url(),
    fetched,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function packInstalled(directory: string, name: string): Buffer {
  const file = join(directory, `${name}.tgz`)
  const files = ['package.json', 'bin/node'].map((path) => `${name}/${path}`)
  const from = join(CHECKOUT, 'node_modules')
  const made = runChild('tar', [
    '-I',
    'gzip -1',
    '--transform',
    `s,^${name},package,`,
    '-cf',
    file,
    '-C',
    from,
    ...files,
  ])
  if (made?.exitCode !== 0) throw new Error(`could not pack ${name}: ${made?.stderr}`)
  return readFileSync(file)
}

function metadataOf({ name, version }: Manifest, tarball: string, archive: Buffer): object {
  const cpu = [name.replace('node-linux-', '')]
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`
  const manifest = { name, version, os: ['linux'], cpu, bin: { node: 'bin/node' }, dist: { tarball, integrity } }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: manifest } }
}
