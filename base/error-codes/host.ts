import type { CodeTable } from './code-table.ts'

/** Of the machine, its settings and the files of tspod on it. */
// biome-ignore format: a table
export const HOST = {
  E_ALIAS_DIRECTORY: ['The command docker cannot be put into, or taken out of, that directory.', 'Name a directory of yours with --dir.'],
  E_BAD_CONFIG: ['A configuration file cannot be read or means nothing.', 'Correct the line that the message names.'],
  E_BAD_DRIVER: ['There is no such storage driver, or it cannot work here.', 'Use one of those that the hint lists; "tspod doctor" says which work.'],
  E_BAD_PATH: ['A path cannot be written into a systemd unit.', 'Choose directories without control characters.'],
  E_BAD_ROOT: ['The directory for images and containers, or the one for runtime files, cannot be made or used.', 'Name directories of yours with --root and --runroot, or set HOME to one.'],
  E_BAD_SETTING: ['A value in containers.conf is not one that its setting can have.', 'Correct the line that the message names; see docs/containers-conf.md.'],
  E_BOOT_UNIT: ['The systemd unit could not be written or removed.', 'Check the permissions of the directory.'],
  E_CGROUP_UNAVAILABLE: ['A limit cannot be kept, or a cgroup cannot be entered.', 'Have systemd delegate controllers to you: "tspod doctor" says how.'],
  E_DBUS: ['The systemd of your session does not answer.', 'Log in by a session of systemd (not by su), or set DBUS_SESSION_BUS_ADDRESS.'],
  E_INTERNAL: ['A bug in tspod; only --json names it so.', 'Report it, with the stack that is shown.'],
  E_FILE_TOO_LARGE: ['A file is larger than what it should be can be.', 'Look at what the message names.'],
  E_LOCK_TIMEOUT: ['Another command works on the same thing and did not finish.', 'Wait for the process that the message names, or end it.'],
  E_NO_DIRECTORY: ['The directory that the command was called in does not exist any more.', 'Go to one that does, with "cd".'],
  E_NO_FREE_PORT: ['No port of the host is free.', 'Publish on fewer, or on a chosen one.'],
  E_NO_PROGRAM: ['A program that is needed is not installed.', 'Install it: the hint says what; "tspod doctor" has the command for this distribution.'],
  E_NO_SPACE: ['The disk is full.', 'Remove what is not needed with "tspod system prune", which needs no space itself, or use another --root.'],
  E_NO_USER_NAMESPACE: ['The host does not let you have a user namespace, or its ids could not be mapped.', 'Run "tspod doctor": it says which setting forbids it and how to change that.'],
  E_NOT_ENOUGH_IDS: ['More ids are needed than /etc/subuid and /etc/subgid give you.', 'Have root give you more with usermod(8) --add-subuids and --add-subgids, or ask for fewer.'],
  E_RUNS_ELSEWHERE: ['A container runs, but its runtime files are in another directory or were removed.', 'Set XDG_RUNTIME_DIR, or --runroot, as it was when the container was started; the hint says how. What was removed is not needed to stop, restart or "rm -f" the container.'],
  E_OUTPUT: ['Not all output could be written: the disk is full, or what it is written to has failed.', 'Make room where the output goes, and do it again.'],
  E_SCOPE: ['systemd did not make a cgroup for the container.', 'Look into "journalctl --user"; --cgroups=disabled does without.'],
  E_STATE_CORRUPT: ['The database of tspod is damaged.', 'Keep a copy of it, then restore it from a backup or use another --root.'],
  E_STATE_TOO_NEW: ['The database was written by a later tspod.', 'Use that version, or another --root.'],
  E_NOT_OURS: ['The docker in that directory is not the name that tspod made.', 'Remove it yourself, or name another directory with --dir.'],
  E_NOT_REPAIRABLE: ['Something that is damaged cannot be had again.', 'Pull or build it anew; "tspod system check --repair --force" removes it.'],
} as const satisfies CodeTable
