import { expect, test } from 'vitest'
import type { RunRequest } from '../request.ts'
import { mergeContainersConf, NO_CONF } from './containers-conf.ts'
import { parseContainersConf } from './parse-containers-conf.ts'
import { plainToml } from './plain-toml.ts'
import { settleRequest } from './settle-request.ts'

const ASKED: RunRequest = { image: 'i', command: [] }

function settled(text: string, asked: Partial<RunRequest> = {}, env = {}) {
  const document = plainToml(text)
  if (!document) throw new Error('it was not read')
  const conf = mergeContainersConf([parseContainersConf(document, '/c')])
  const { request, places } = settleRequest({ ...ASKED, ...asked }, conf, env)
  const { image: _image, command: _command, ...said } = request
  return { said, places }
}

test('nothing said, nothing changed', () => {
  expect(settleRequest(ASKED, NO_CONF, {})).toEqual({ request: ASKED, places: {} })
})

// biome-ignore format: a table
test.for([
  ['tz = "UTC"',                         {},                        { tz: 'UTC' }],
  ['tz = "UTC"',                         { tz: 'local' },           { tz: 'local' }],
  ['init = true',                        {},                        { init: true }],
  ['init = true',                        { init: false },           { init: false }],
  ['init = true\ninit_path = "/x"',      {},                        { init: false, initPath: '/x' }],
  ['init = true\ninit_path = "/x"',      { initPath: '/y' },        { initPath: '/y' }],
  ['init_path = "/x"',                   {},                        {}],
  ['http_proxy = false',                 { httpProxy: true },       { httpProxy: true }],
  ['default_ulimits = ["core=1"]',       { ulimits: ['core=2'] },   { ulimits: ['core=1', 'core=2'] }],
  ['default_ulimits = ["core=1"]',       { ulimits: ['host'] },     { ulimits: ['host'] }],
  ['dns_servers = ["1.1.1.1"]',          { dns: ['2.2.2.2'] },      { dns: ['2.2.2.2'] }],
  ['no_hosts = true',                    { addHosts: ['a:1.1.1.1'] }, { addHosts: ['a:1.1.1.1'] }],
  ['userns = "keep-id"',                 { uidmap: ['0:0:1'] },     { uidmap: ['0:0:1'] }],
  ['seccomp_profile = "/p"',             {},                        { securityOpt: ['seccomp=/p'] }],
  ['seccomp_profile = "/p"',             { securityOpt: ['seccomp=unconfined'] }, { securityOpt: ['seccomp=unconfined'] }],
  ['seccomp_profile = "/p"',             { privileged: true },      { privileged: true }],
  ['log_size_max = 9000\nlog_tag = "t"', {},                        { logOpts: ['max-size=9000', 'tag=t'] }],
  ['log_size_max = 9000',                { logOpts: ['max-size=1m'] }, { logOpts: ['max-size=1m'] }],
  ['log_size_max = 9000',                { logDriver: 'none' },     { logDriver: 'none' }],
  ['log_size_max = -1',                  {},                        {}],
  ['default_capabilities = []',          {},                        {}],
  ['default_sysctls = []',               {},                        { defaults: { sysctls: [] } }],
] as const)('%j and %j make %j', ([text, asked, said]) => {
  expect(settled(`[containers]\n${text}`, asked).said).toEqual(said)
})

test('a variable that stands for a flag wins, too', () => {
  const text = '[containers]\nuserns = "keep-id"'
  expect(settled(text, {}, { PODMAN_USERNS: 'host' }).said).toEqual({})
  expect(settled(text)).toEqual({ said: { userns: 'keep-id' }, places: { userns: '/c:2' } })
})
