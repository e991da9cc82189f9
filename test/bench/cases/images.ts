import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRegistry } from '../../support/registry.ts'
import type { Case, Images } from '../case.ts'
import type { Engine, Place } from '../engine.ts'
import { timed } from '../timed.ts'

const PLACES: readonly Place[] = ['disk', 'tmpfs']

/** Moving images about: to a registry, through an archive, and again what is there already. */
export function imageCases(images: Images): Case[] {
  return [repullCase(images), ...PLACES.flatMap((place) => [pushCase(images, place), saveLoadCase(images, place)])]
}

/** How a big image is fetched: how fast beside the plainest of all ways, and in how much memory. They remove all images. */
export function unpackCases(images: Images): Case[] {
  return [...PLACES.map((place) => tarCase(images, place)), peakCase(images)]
}

const big = { unit: 'ms', warmUps: 0, rounds: 3 } as const

function repullCase(images: Images): Case {
  return {
    ...big,
    name: 'repull',
    title: '`pull` of an unchanged tag, big image',
    target: 0.5,
    place: 'disk',
    warmUps: 1,
    rounds: 9,
    prepare: (engine) => pull(engine, images),
    measure: async (engine) => (await engine.run('pull', await images.big())).ms,
  }
}

/** Each time to a registry that has nothing, as what it has is not sent. */
function pushCase(images: Images, place: Place): Case {
  return {
    ...big,
    name: `push-${place}`,
    title: `\`push\`, big image, storage on ${place}`,
    target: 0.5,
    place,
    prepare: (engine) => pull(engine, images),
    measure: async (engine) => {
      await using registry = await startRegistry(mkdtempSync(join(directoryOf(engine), 'registry-')))
      const argv = ['push', '--tls-verify=false', await images.big(), `${registry.host}/bench/pushed:latest`]
      return (await engine.run(...argv)).ms
    },
  }
}

function saveLoadCase(images: Images, place: Place): Case {
  return {
    ...big,
    name: `save-load-${place}`,
    title: `\`save\` piped into \`load\`, big image, storage on ${place}`,
    target: 0.7,
    place,
    prepare: (engine) => pull(engine, images),
    measure: async (engine) => {
      const save = engine.argv('save', await images.big())
      const load = engine.twin().argv('load')
      const script = `"\${@:1:${save.length}}" | "\${@:${save.length + 1}}"`
      return (await timed(['bash', '-o', 'pipefail', '-c', script, 'bash', ...save, ...load], { env: engine.env })).ms
    },
    restore: async (engine) => {
      await engine.twin().run('rmi', '-f', '-a')
      if (place === 'disk') await timed(['sync'], { env: engine.env })
    },
  }
}

/** In place of podman: no registry, no digests, no record of what was unpacked. */
function tarCase(images: Images, place: Place): Case {
  return {
    ...big,
    name: `tar-${place}`,
    title: `\`pull\`, big image, on ${place}; on the right \`gunzip \\| tar x\` of its layers, two at a time`,
    target: 1,
    place,
    prepare: async (engine) => {
      if (engine.name === 'podman') await downloadLayers(await images.big(), join(directoryOf(engine), 'layers'))
      await clear(engine)
    },
    measure: async (engine) => {
      if (engine.name === 'tspod') return (await engine.run('pull', await images.big())).ms
      const unpack = 'mkdir "$1.d" && gunzip -c "$1" | tar x -C "$1.d"'
      const script = `ls "$1"/*.gz | xargs -P 2 -n 1 sh -c '${unpack}' sh`
      return (await timed(['sh', '-c', script, 'sh', join(directoryOf(engine), 'layers')], { env: engine.env })).ms
    },
    restore: async (engine) => {
      const script = 'rm -rf "$1"/*.d'
      await timed(['sh', '-c', script, 'sh', join(directoryOf(engine), 'layers')], { env: engine.env })
      await clear(engine)
    },
  }
}

const ANY_MANIFEST = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'

async function downloadLayers(image: string, directory: string): Promise<void> {
  const [host = '', ...rest] = image.replace(/:latest$/, '').split('/')
  const repository = `http://${host}/v2/${rest.join('/')}`
  const manifest = (await (
    await fetch(`${repository}/manifests/latest`, { headers: { accept: ANY_MANIFEST } })
  ).json()) as {
    readonly layers: readonly { readonly digest: string }[]
  }
  mkdirSync(directory, { recursive: true })
  for (const [index, { digest }] of manifest.layers.entries()) {
    const blob = await (await fetch(`${repository}/blobs/${digest}`)).arrayBuffer()
    writeFileSync(join(directory, `${index}.gz`), new Uint8Array(blob))
  }
}

/** Of the largest process, which is the engine's own: getrusage(2), "ru_maxrss". */
const PEAK = `import resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)`

function peakCase(images: Images): Case {
  return {
    ...big,
    name: 'memory-pull',
    title: 'peak memory of `pull`, big image',
    unit: 'KiB',
    place: 'tmpfs',
    prepare: clear,
    measure: async (engine) => {
      const argv = ['python3', '-c', PEAK, ...engine.argv('pull', await images.big())]
      return Number((await timed(argv, { env: engine.env })).stdout)
    },
    restore: clear,
  }
}

async function pull(engine: Engine, images: Images): Promise<void> {
  await engine.run('pull', await images.big())
}

async function clear(engine: Engine): Promise<void> {
  await engine.run('rmi', '-f', '-a')
  if (engine.place === 'disk') await timed(['sync'], { env: engine.env })
}

function directoryOf({ home }: Engine): string {
  mkdirSync(home, { recursive: true })
  return home
}
