import { logout, logoutAll } from '../../engine/image/logout.ts'
import { defineCommand } from '../command.ts'
import { dockerAuthFile } from '../flags/docker-auth-file.ts'
import { badArguments } from '../flags/errors.ts'

export default defineCommand({
  usage: 'logout [options] [REGISTRY]',
  positionals: { registry: { describe: 'as for login' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all logins' },
    authfile: { type: 'string', placeholder: 'FILE', describe: 'take the login out of this file' },
    'compat-auth-file': {
      type: 'string',
      placeholder: 'FILE',
      describe: "take the login out of this file of docker's",
    },
  },
  examples: [['tspod logout quay.io', 'forget one login']],
  run: async (engine, args, { config }) => {
    const compatAuthFile = dockerAuthFile(args, config)
    const access = {
      ...(args.authfile === undefined ? {} : { authFile: args.authfile }),
      ...(compatAuthFile === undefined ? {} : { compatAuthFile }),
    }
    if (args.all) {
      if (args.registry !== undefined) throw badArguments('logout takes a registry or --all, not both', 'logout')
      await logoutAll(engine, access)
      return { lines: ['Removed login credentials for all registries'] }
    }
    const isDocker = config.compat === 'docker'
    const { registry, remaining } = await logout(engine, args.registry ?? '', { ...access, ignoreMissing: isDocker })
    if (remaining !== undefined) {
      return { lines: [`Not logged into ${registry} with tspod: the login is in ${remaining}, which it leaves alone`] }
    }
    const verb = isDocker ? 'Removing' : 'Removed'
    return { lines: [`${verb} login credentials for ${registry}`] }
  },
})
