/**
 * Networks and who is to be in them. `number` names a network's bridge. The network `podman` is
 * there from the beginning; its id is the SHA-256 of its name, as in podman.
 */
export const networks = `
CREATE TABLE networks (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  created_at_ms INTEGER NOT NULL,
  labels TEXT NOT NULL,
  options TEXT NOT NULL,
  -- [{subnet, gateway, leaseStart, leaseEnd, range}]
  subnets TEXT NOT NULL,
  internal INTEGER NOT NULL,
  ipv6 INTEGER NOT NULL,
  dns_enabled INTEGER NOT NULL,
  dns_servers TEXT NOT NULL,
  -- of its bridge, where one was asked for
  interface_name TEXT
) STRICT;
INSERT INTO networks VALUES (
  1, '2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9', 'podman',
  CAST(strftime('%s', 'now') AS INTEGER) * 1000, '{}', '{}',
  '[{"subnet":"10.88.0.0/16","gateway":"10.88.0.1"}]', 0, 0, 0, '[]', NULL
);

CREATE TABLE endpoints (
  container_id TEXT NOT NULL REFERENCES containers(id) ON DELETE CASCADE,
  network_id TEXT NOT NULL REFERENCES networks(id),
  -- the order in which they were asked for
  position INTEGER NOT NULL,
  interface_name TEXT NOT NULL,
  aliases TEXT NOT NULL,
  requested_ip4 TEXT,
  requested_ip6 TEXT,
  requested_mac TEXT,
  -- what it has while it runs
  ip4 TEXT,
  ip6 TEXT,
  mac TEXT,
  PRIMARY KEY (container_id, network_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX endpoints_by_network ON endpoints(network_id);
CREATE UNIQUE INDEX endpoints_ip4 ON endpoints(network_id, ip4) WHERE ip4 IS NOT NULL;
CREATE UNIQUE INDEX endpoints_ip6 ON endpoints(network_id, ip6) WHERE ip6 IS NOT NULL;
`
