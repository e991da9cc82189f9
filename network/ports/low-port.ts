/** What lets an ordinary user have a port that is for root alone. @see ip(7), "ip_unprivileged_port_start" */
export function lowPortHint(port: number): string {
  return `publish on a port from 1024 on, or allow it with "sysctl net.ipv4.ip_unprivileged_port_start=${port}"`
}
