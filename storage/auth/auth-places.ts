import { join } from 'node:path'

/** What decides where logins are kept. */
export interface AuthPlaces {
  /** `--authfile`, else $REGISTRY_AUTH_FILE: this file and no other */
  readonly file?: string
  /** `--compat-auth-file`: this file and no other, as docker has it */
  readonly compatFile?: string
  readonly xdgRuntimeDirectory?: string
  readonly xdgConfigHome: string
  /** $DOCKER_CONFIG */
  readonly dockerConfig?: string
  readonly home: string
}

export interface AuthPlace {
  readonly path: string
  /** `~/.dockercfg`, of before 2014 */
  readonly legacy?: boolean
  /** the user named it: it must be there */
  readonly named?: boolean
}

/** The files to look for a login in, in this order. Source: containers-auth.json(5). */
export function placesToRead(places: AuthPlaces): readonly AuthPlace[] {
  const named = places.compatFile ?? places.file
  if (named !== undefined) return [{ path: named, named: true }]
  return [
    { path: placeToWrite(places) },
    { path: join(places.xdgConfigHome, 'containers/auth.json') },
    { path: join(places.dockerConfig ?? join(places.home, '.docker'), 'config.json') },
    { path: join(places.home, '.dockercfg'), legacy: true },
  ]
}

/** The file that a login is written to: gone after a reboot, unless the user names another one. */
export function placeToWrite(places: AuthPlaces): string {
  const directory = places.xdgRuntimeDirectory ?? places.xdgConfigHome
  return places.compatFile ?? places.file ?? join(directory, 'containers/auth.json')
}
