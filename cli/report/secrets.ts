import { goMap } from '../../engine/go-map.ts'
import type { Secret } from '../../engine/secret/list.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatJsonTime } from '../../ui/text/times.ts'

/** A row of `secret ls`. Source: podman-secret-ls(1), "--format". */
export function secretRow(secret: Secret, nowMs: number) {
  return {
    ID: secret.id,
    Name: secret.name,
    Driver: secret.driver,
    CreatedAt: formatAgo(secret.createdAtMs, nowMs),
    UpdatedAt: formatAgo(secret.updatedAtMs, nowMs),
  }
}

/** What `secret inspect` shows; what the secret is only where that was asked for. Source: podman-secret-inspect(1). */
export function secretReport(secret: Secret, data: Buffer | undefined) {
  return {
    ID: secret.id,
    CreatedAt: formatJsonTime(secret.createdAtMs),
    UpdatedAt: formatJsonTime(secret.updatedAtMs),
    Spec: {
      Name: secret.name,
      Driver: { Name: secret.driver, Options: goMap(secret.driverOptions) },
      Labels: goMap(secret.labels),
    },
    ...(data === undefined ? {} : { SecretData: data.toString('utf8') }),
  }
}
