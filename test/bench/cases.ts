import type { Case, Images } from './case.ts'
import { fileCases } from './cases/files.ts'
import { imageCases, unpackCases } from './cases/images.ts'
import { listCases } from './cases/list.ts'
import { memoryCases } from './cases/memory.ts'
import { networkCases } from './cases/network.ts'
import { outputCases } from './cases/output.ts'
import { pullCases } from './cases/pull.ts'
import { startCases } from './cases/start.ts'

/** Cases whose names start with one of these; all where none is given. Fails on a name no case has. */
export function selectCases(images: Images, names: readonly string[]): Case[] {
  // pulls remove all images, so they come last
  const makers = [
    startCases,
    listCases,
    memoryCases,
    networkCases,
    outputCases,
    fileCases,
    imageCases,
    pullCases,
    unpackCases,
  ]
  const cases = makers.flatMap((make) => make(images))
  const unknown = names.find((name) => !cases.some((entry) => entry.name.startsWith(name)))
  if (unknown !== undefined) throw new Error(`no case ${unknown}: there are ${cases.map(({ name }) => name).join(' ')}`)
  return cases.filter((entry) => names.length === 0 || names.some((name) => entry.name.startsWith(name)))
}
