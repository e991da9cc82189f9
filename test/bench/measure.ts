/**
 * `node measure.ts --directory DIR [--only ENGINE] [NAME…]`: runs the cases, as an ordinary user,
 * and writes DIR/report.json. Everything is kept in DIR, in memory and in a runtime directory of
 * its own, and is gone when this ends.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { busyboxImage } from '../support/busybox-image.ts'
import { startRegistry } from '../support/registry.ts'
import { selectCases } from './cases.ts'
import { engineAt } from './engine.ts'
import { machineLine } from './machine-line.ts'
import { pushBigImage } from './push-big-image.ts'
import { pushServers } from './push-servers.ts'
import { type CaseReport, ENGINES, type Report } from './report.ts'
import { runCase } from './rounds.ts'
import { openWorkspace } from './workspace.ts'

const { values, positionals } = parseArgs({
  options: { directory: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
})
if (values.directory === undefined) throw new Error('--directory is missing')
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')))
writeFileSync(join(values.directory, 'report.json'), JSON.stringify(await measure(values.directory)))

async function measure(directory: string): Promise<Report> {
  await using registry = await startRegistry(join(directory, 'registry'))
  await registry.push('bench/busybox', 'latest', await busyboxImage())
  await using workspace = openWorkspace(directory, registry.host)
  let big: Promise<string> | undefined
  let servers: Promise<string> | undefined
  const images = {
    busybox: `${registry.host}/bench/busybox:latest`,
    big: () => {
      big ??= pushBigImage(registry.host)
      return big
    },
    servers: () => {
      servers ??= pushServers(registry.host)
      return servers
    },
  }
  const cases: CaseReport[] = []
  for (const entry of selectCases(images, positionals)) {
    const names = ENGINES.filter((name) => (values.only ?? name) === name)
    const engines = names.map((name) => engineAt(name, entry.place, workspace.of(entry.place)))
    console.error(`${entry.name} …`)
    cases.push(await runCase(entry, engines, interrupted.signal))
  }
  return { date: new Date().toISOString().slice(0, 10), machine: machineLine(directory, workspace.env), cases }
}
