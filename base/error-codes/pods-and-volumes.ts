import type { CodeTable } from './code-table.ts'

/** Of pods, volumes and secrets. */
// biome-ignore format: a table
export const PODS_AND_VOLUMES = {
  E_BAD_SECRET_NAME: ['A secret cannot have this name.', 'Use letters, digits, _, . and -, with a letter or digit at both ends.'],
  E_BAD_VOLUME_NAME: ['A volume cannot have this name.', 'Use letters, digits, _, . and -, with a letter or digit first.'],
  E_BAD_VOLUME_OPTION: ['An option of a volume does not exist or excludes another one.', 'See "tspod volume create --help".'],
  E_NOT_IN_POD: ['The container is not in the pod.', 'See which are with "tspod pod inspect".'],
  E_POD_BROKEN: ['The pod has lost the container that holds it together.', 'Make it anew.'],
  E_POD_ID_FILE: ['The file with the id of a pod cannot be read.', 'Check its path.'],
  E_POD_IN_USE: ['Containers have come into the pod while it was removed.', 'Try again, or use -f.'],
  E_POD_INFRA: ['The container holds a pod and cannot be removed without it.', 'Remove the pod.'],
  E_POD_NOT_FOUND: ['No pod has this name or id.', 'List all with "tspod pod ps".', '1 with pod rm'],
  E_POD_OPTION: ['What the flag sets is the pod\'s, not that of a container in it.', 'Give it to "tspod pod create".'],
  E_POD_RUNNING: ['Containers in the pod run.', 'Stop it first, or use "tspod pod rm -f".'],
  E_POD_STATE: ['The pod is in a state that the command is not for.', 'See it with "tspod pod ps".'],
  E_POD_WITHOUT_INFRA: ['A pod without an infra container has no place for what was asked for.', 'Leave --infra=false out.'],
  E_SECRET_EXISTS: ['There is a secret of this name.', 'Use --replace, or remove it.'],
  E_SECRET_NOT_FOUND: ['No secret has this name or id.', 'List them with "tspod secret ls".'],
  E_SECRET_TOO_LARGE: ['A secret is empty or too large.', 'Use a file that is mounted for what is larger.'],
  E_VOLUME_EXISTS: ['There is a volume of this name.', 'Use --ignore, or remove it.'],
  E_VOLUME_IN_MEMORY: ['The volume is in memory, and only while a container has it.', 'Copy from that container.'],
  E_VOLUME_IN_USE: ['Containers have the volume.', 'Remove those first, or use -f.', '2 with volume rm, 1 as docker'],
  E_VOLUME_NOT_FOUND: ['No volume has this name.', 'List them with "tspod volume ls".', '1 with volume rm'],
} as const satisfies CodeTable
