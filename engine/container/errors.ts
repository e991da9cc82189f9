import { TspodError } from '../../base/errors.ts'

/** Source: podman-rm(1), "Exit Status": 2 where a container is running. */
export function containerRunning(ref: string, id: string): TspodError {
  return new TspodError('E_CONTAINER_RUNNING', `cannot remove container ${ref} as it is running: ${id}`, {
    exitCode: 2,
    hint: `stop it first with "tspod stop ${ref}", or use "tspod rm -f ${ref}"`,
  })
}

export function containerNotRunning(ref: string, status: string): TspodError {
  return new TspodError('E_CONTAINER_NOT_RUNNING', `container ${ref} is not running, it is ${status}`)
}
