import { parseGoDuration } from '../../engine/parse-time.ts'
import { checkSystem, type Damage } from '../../engine/system/check.ts'
import { openRepairer, type Repaired } from '../../engine/system/repair.ts'
import { type CommandResult, defineCommand } from '../command.ts'
import { badValue } from '../flags/errors.ts'
import { TRANSFER_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'
import { damageLine, leftoverLine, repairLine } from '../report/damage.ts'

/** Something is damaged still. */
const DAMAGED_STATUS = 125

export default defineCommand({
  usage: 'system check [options]',
  description:
    'Compare images, containers and volumes on the disk with what is known of them. With --repair what is damaged is unpacked or fetched again.',
  positionals: {},
  options: {
    ...TRANSFER_OPTIONS,
    force: { type: 'boolean', alias: 'f', describe: 'with --repair: remove what cannot be repaired, containers too' },
    max: {
      type: 'string',
      alias: 'm',
      default: '0s',
      placeholder: 'DURATION',
      describe: 'with --repair: leave files that belong to nothing until they are so old',
    },
    quick: { type: 'boolean', alias: 'q', describe: 'look at names and sizes only' },
    repair: { type: 'boolean', alias: 'r', describe: 'mend what is damaged' },
  },
  run: async (engine, args, io) => {
    const minimumAgeMs = parseGoDuration(args.max)
    if (minimumAgeMs === undefined) throw badValue('--max', args.max, 'not a duration such as 24h')
    const damages = await checkSystem(engine, { quick: args.quick })
    if (!args.repair) {
      const leftovers = damages.filter((damage) => damage.kind === 'leftover')
      if (leftovers.length > 0) io.stderr.write(`${leftoverLine(leftovers)}\n`)
      return report(damages.flatMap((damage) => (damage.kind === 'leftover' ? [] : [{ damage, repaired: undefined }])))
    }
    const repairer = await openRepairer(engine, {
      ...(await toRegistryAccess(args)),
      force: args.force,
      minimumAgeMs,
      onNotice: (line) => io.stderr.write(`${line}\n`),
    })
    const outcomes: Outcome[] = []
    for (const damage of damages) outcomes.push({ damage, repaired: await repairer.repair(damage) })
    return report(outcomes)
  },
})

interface Outcome {
  readonly damage: Damage
  readonly repaired: Repaired | undefined
}

function report(outcomes: readonly Outcome[]): CommandResult {
  const isDamaged = outcomes.some(({ repaired }) => !repaired || 'failure' in repaired)
  const lines = outcomes.flatMap(({ damage, repaired }) => [
    damageLine(damage),
    ...(repaired ? [repairLine(repaired)] : []),
  ])
  if (!isDamaged) return { lines }
  return { lines, exitCode: DAMAGED_STATUS }
}
