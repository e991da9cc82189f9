import { isErrno, reasonOf, TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { createSecret } from '../../engine/secret/create.ts'
import { defineCommand } from '../command.ts'
import { stdinBytes } from '../stdin-bytes.ts'

/** Far above what a secret may have; the engine says how much that is. */
const MAX_BYTES = 4 << 20

export default defineCommand({
  usage: 'secret create [options] NAME FILE|-',
  description: 'Keep a secret for containers that are run with --secret, and print its id.',
  positionals: {
    name: { required: true, describe: 'what it is called' },
    file: { required: true, describe: 'a file, - for stdin, or with --env a variable' },
  },
  options: {
    driver: { type: 'string', alias: 'd', default: 'file', placeholder: 'DRIVER', describe: 'where it is kept' },
    'driver-opts': {
      type: 'string',
      array: true,
      commas: true,
      placeholder: 'NAME=VALUE',
      describe: 'noted with it',
    },
    env: { type: 'boolean', describe: 'FILE is the name of a variable that has it' },
    ignore: { type: 'boolean', describe: 'do not fail where there is one of this name' },
    label: { type: 'string', array: true, alias: 'l', placeholder: 'NAME=VALUE', describe: 'give it a label' },
    replace: { type: 'boolean', describe: 'in the place of one of this name' },
  },
  examples: [
    ['printf %s "$TOKEN" | tspod secret create token -', 'from a pipe, so that it is in no list of processes', 'runs'],
  ],
  run: async (engine, args) => {
    const { name, file, driver, label, driverOpts, ignore, replace } = args
    const data = args.env ? variable(engine.env, file) : await (file === '-' ? readStdin() : readFile(file))
    const secret = createSecret(engine, {
      name,
      data,
      driver,
      driverOptions: driverOpts,
      labels: label,
      ignore,
      replace,
    })
    return { lines: [secret.id] }
  },
})

function variable(env: Readonly<Record<string, string | undefined>>, name: string): Buffer {
  const value = env[name]
  if (value !== undefined) return Buffer.from(value)
  throw new TspodError('E_NO_SUCH_VARIABLE', `the environment has no variable ${JSON.stringify(name.slice(0, 100))}`)
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of stdinBytes()) {
    total += chunk.length
    if (total > MAX_BYTES) throw new TspodError('E_INPUT_TOO_LARGE', `more than ${MAX_BYTES} bytes on stdin`)
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks)
}

function readFile(path: string): Buffer {
  try {
    return readBounded(path, MAX_BYTES)
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) throw error
    throw new TspodError('E_OPTION_FILE', `could not read ${path}: ${reasonOf(error)}`, { cause: error })
  }
}
