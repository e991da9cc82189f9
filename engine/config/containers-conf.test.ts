import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { tomlLines } from '../../storage/registry/toml-lines.ts'
import { CONF_KEYS } from './conf-keys.ts'
import { type ContainersConf, mergeContainersConf } from './containers-conf.ts'
import { parseContainersConf } from './parse-containers-conf.ts'

function confOf(...texts: readonly string[]): ContainersConf {
  return mergeContainersConf(
    texts.map((text, index) => parseContainersConf({ root: parse(text), lineOf: tomlLines(text).lineOf }, `/${index}`)),
  )
}

test('later files win setting by setting, and each says which line it was', () => {
  const { containers, engine, network } = confOf(
    '[containers]\ntz = "UTC"\numask = "0077"\ninit = true\n[engine]\nretry = 1\n',
    '[containers]\n\numask = "0022"\ntz = ""\n[network]\ndefault_subnet_pools = [{"base" = "10.0.0.0/8", "size" = 24}]\n',
  )
  expect(containers).toEqual({ umask: { value: '0022', origin: '/1:3' }, init: { value: true, origin: '/0:4' } })
  expect(engine).toEqual({ retry: { value: 1, origin: '/0:6' } })
  expect(network.default_subnet_pools?.value).toEqual([{ base: '10.0.0.0/8', size: 24 }])
})

// biome-ignore format: a table
test.for([
  [['["A"]', '["B"]'],                                        ['B'],           '/1:2'],
  [['["A"]', '["B", {append=true}]'],                         ['A', 'B'],      '/0:2, /1:2'],
  [['["A", {append=true}]', '["B"]'],                         ['A', 'B'],      '/0:2, /1:2'],
  [['["A", {append=true}]', '["B", {append=false}]', '["C"]'], ['C'],           '/2:2'],
  [['["A"]', '[]'],                                           [],              '/1:2'],
  [['["A"]', '[{append=true}]'],                              ['A'],           '/0:2, /1:2'],
] as const)('lists %j become %j', ([lists, value, origin]) => {
  expect(confOf(...lists.map((list) => `[containers]\nenv = ${list}\n`)).containers.env).toEqual({ value, origin })
})

test('what podman knows and nothing here needs is passed over; what nobody knows is told with its place', () => {
  const { unknown } = confOf(
    '[containers]\nkeyring = true\ntypo = 1\n[engine]\nnum_locks = 1\nvolume_plugins = {}\n[secrets]\nany = 1\n[other]\nx = 1\n',
  )
  expect(unknown).toEqual(['/0:3: containers.typo', '/0:9: other'])
})

// biome-ignore format: a table
test.for([
  ['[containers]\ntz = 1',                        '/0:2: containers.tz is not a string'],
  ['[containers]\ninit = "yes"',                  '/0:2: containers.init is not true or false'],
  ['[containers]\npids_limit = "1"',              '/0:2: containers.pids_limit is not a whole number'],
  ['[containers]\nenv = "A=1"',                   '/0:2: containers.env is not a list'],
  ['[containers]\nenv = ["A=1", 2]',              '/0:2: containers.env[1] is not a string'],
  ['[containers]\nenv = [{apend=true}]',          '/0:2: containers.env: what is not {append=true} and is not a string'],
  ['[containers]\nenv = ["=1"]',                  '/0:2: containers.env: invalid environment variable "=1": it has no name'],
  ['[containers]\nvolumes = ["/a:b"]',            '/0:2: containers.volumes: '],
  ['[containers]\nmounts = ["type=none"]',        '/0:2: containers.mounts: '],
  ['[containers]\ndefault_capabilities = ["X"]',  '/0:2: containers.default_capabilities: invalid capability "X"'],
  ['[containers]\ndefault_ulimits = ["x=1"]',     '/0:2: containers.default_ulimits: invalid ulimit "x=1"'],
  ['[containers]\ndefault_sysctls = ["a.b=1"]',   '/0:2: containers.default_sysctls: '],
  ['[containers]\ndns_servers = ["x"]',           '/0:2: containers.dns_servers: '],
  ['[containers]\nuserns = "x"',                  '/0:2: containers.userns: '],
  ['[containers]\nshm_size = "x"',                '/0:2: containers.shm_size: '],
  ['[containers]\nlog_driver = "x"',              '/0:2: containers.log_driver: '],
  ['[engine]\npull_policy = "x"',                 '/0:2: engine.pull_policy: invalid value "x": must be one of always'],
  ['[engine]\nretry = -1',                        '/0:2: engine.retry: invalid value "-1": must be from 0 to 1000'],
  ['[engine]\nnetwork_cmd_options = ["mtu=-x"]',  '/0:2: engine.network_cmd_options: '],
  ['containers = 1',                              '/0:1: containers is not a table'],
] as const)('refuses %j', ([text, message]) => {
  expect(() => confOf(text)).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG', message: expect.stringContaining(message) }))
})

test('whatever a file holds, it is read or refused', () => {
  const key = fc.constantFrom(
    'env',
    'mounts',
    'volumes',
    'userns',
    'devices',
    'umask',
    'pidns',
    'dns_servers',
    'retry',
    'toString',
    '__proto__',
  )
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string()),
    fc.constant({ append: true }),
    fc.constant(null),
  )
  fc.assert(
    fc.property(
      fc.constantFrom('containers', 'engine', 'network', 'constructor'),
      fc.array(fc.tuple(key, value)),
      (table, entries) => {
        try {
          parseContainersConf({ root: { [table]: Object.fromEntries(entries) }, lineOf: () => 1 }, '/f')
        } catch (error) {
          if (!(error instanceof TspodError) || error.code !== 'E_BAD_CONFIG') throw error
        }
      },
    ),
  )
})

test('the page about it names every setting', () => {
  const page = readFileSync(new URL('../../docs/containers-conf.md', import.meta.url), 'utf8')
  const keys = Object.values(CONF_KEYS).flatMap((kinds) => Object.keys(kinds))
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([])
})
