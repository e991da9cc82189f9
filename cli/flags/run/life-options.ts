import type { Arguments, Options } from '../option.ts'
import { oneOf } from './words.ts'

export const PULL_POLICIES = ['always', 'missing', 'never', 'newer'] as const

/** What it is called, how it ends, what is noted of it. Source: podman-run(1). */
export const LIFE_OPTIONS = {
  annotation: { type: 'string', array: true, placeholder: 'NAME=VALUE', describe: 'note something for other programs' },
  'bind-to': {
    type: 'string',
    placeholder: 'parent|PID',
    describe: 'kill the container when this process has ended',
  },
  cidfile: { type: 'string', placeholder: 'FILE', describe: "write the container's id to this file" },
  'conmon-pidfile': { type: 'string', placeholder: 'FILE', describe: "write the monitor's process id to this file" },
  label: { type: 'string', array: true, alias: 'l', placeholder: 'NAME[=VALUE]', describe: 'set a label' },
  'label-file': { type: 'string', array: true, placeholder: 'FILE', describe: 'read labels from a file' },
  'log-driver': {
    type: 'string',
    placeholder: 'DRIVER',
    describe: 'where its output is kept: k8s-file (default), json-file, journald, none or passthrough',
  },
  'log-opt': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'NAME=VALUE',
    describe: 'max-size=, max-file=, path=, tag=',
  },
  name: { type: 'string', placeholder: 'NAME', describe: "the container's name" },
  pidfile: { type: 'string', placeholder: 'FILE', describe: "write the container's process id to this file" },
  pod: { type: 'string', placeholder: 'POD|new:NAME', describe: 'make it in this pod, or in a new one' },
  'pod-id-file': { type: 'string', placeholder: 'FILE', describe: 'make it in the pod whose id is in this file' },
  pull: {
    type: 'string',
    choices: PULL_POLICIES,
    describe: 'when to pull the image (default missing)',
  },
  quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress of a pull' },
  replace: { type: 'boolean', describe: 'remove the container that has the name' },
  requires: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'CONTAINER',
    describe: 'start this one first, whenever it is started',
  },
  restart: {
    type: 'string',
    placeholder: 'POLICY',
    describe: 'start it again: no (default), always, unless-stopped or on-failure[:TIMES]',
  },
  rm: { type: 'boolean', describe: 'remove the container when it has ended' },
  'stop-signal': { type: 'string', placeholder: 'SIGNAL', describe: 'what stop sends first' },
  'stop-timeout': {
    type: 'number',
    minimum: 0,
    placeholder: 'SECONDS',
    describe: 'how long stop waits before SIGKILL',
  },
  timeout: { type: 'number', minimum: 0, placeholder: 'SECONDS', describe: 'kill it after so long' },
} as const satisfies Options

type LifeArguments = Arguments<Record<never, never>, typeof LIFE_OPTIONS>

export function lifeWords(args: LifeArguments) {
  return {
    annotations: args.annotation,
    bindTo: args.bindTo,
    cidfile: args.cidfile,
    labelFiles: args.labelFile,
    labels: args.label,
    logDriver: args.logDriver,
    logOpts: args.logOpt,
    monitorPidfile: args.conmonPidfile,
    name: args.name,
    pidfile: args.pidfile,
    pod: args.pod,
    podIdFile: args.podIdFile,
    pull: oneOf(args.pull, PULL_POLICIES),
    quiet: args.quiet,
    remove: args.rm,
    replace: args.replace,
    requires: args.requires,
    restart: args.restart,
    stopSignal: args.stopSignal,
    stopTimeoutS: args.stopTimeout,
    timeoutS: args.timeout,
  }
}
