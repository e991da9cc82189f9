import type { ContainerConfig, ContainerVolume } from '../config.ts'

const PROPAGATION = /^r?(private|shared|slave|unbindable)$/

/** The member Mounts: volumes and directories of the host, without the file systems that every container has. */
export function describeMounts({ volumes }: ContainerConfig) {
  return volumes.map((volume) => ({
    Type: volume.type,
    ...(volume.type === 'volume' ? { Name: volume.name } : {}),
    Source: volume.source,
    Destination: volume.destination,
    Driver: volume.type === 'volume' ? 'local' : '',
    Mode: '',
    Options: volume.options.filter((option) => !isAccess(option) && !PROPAGATION.test(option)),
    RW: !volume.options.includes('ro'),
    Propagation: propagationOf(volume),
  }))
}

/** `source:destination:options`, podman's Binds: of volumes their names. */
export function describeBinds({ volumes }: ContainerConfig): string[] {
  return volumes.map((volume) => {
    const others = volume.options.filter((option) => !isAccess(option) && !PROPAGATION.test(option))
    const access = volume.options.includes('ro') ? 'ro' : 'rw'
    const source = volume.type === 'volume' ? volume.name : volume.source
    return `${source}:${volume.destination}:${[access, propagationOf(volume), ...others].join(',')}`
  })
}

function isAccess(option: string): boolean {
  return option === 'ro' || option === 'rw'
}

function propagationOf({ options }: ContainerVolume): string {
  return options.find((option) => PROPAGATION.test(option)) ?? 'rprivate'
}
