import { userInfo } from 'node:os'
import { findProgram } from '../../engine/find-program.ts'
import { holdNamespace } from '../../engine/rootless/hold.ts'
import { defineStandaloneCommand } from '../command.ts'

export default defineStandaloneCommand({
  usage: 'hold FILE',
  description: "Make the user's namespace and hold it open. The launcher calls it where there is none.",
  positionals: { file: { required: true, describe: 'where the holder writes its process id' } },
  options: {},
  runAlone: async (args, { config, stderr }) => {
    await holdNamespace({
      file: args.file,
      launcher: config.launcher,
      uid: config.uid,
      gid: config.gid,
      userName: userName(config.uid),
      findProgram: (name) => findProgram(name, config.env['PATH']),
      warn: (line) => stderr.write(`warning: ${line}\n`),
    })
    return {}
  },
})

/** A user who is in no database still has a number, which /etc/subuid may name. */
function userName(uid: number): string {
  try {
    return userInfo().username
  } catch {
    return String(uid)
  }
}
