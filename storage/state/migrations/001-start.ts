/** The first schema: images, layers, containers, volumes, and facts found out about the host. */
export const start = `
CREATE TABLE images (
  id TEXT PRIMARY KEY,
  manifest_digest TEXT NOT NULL,
  manifest_media_type TEXT NOT NULL,
  config TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE image_names (
  name TEXT PRIMARY KEY,
  image_id TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX image_names_by_image ON image_names(image_id);

CREATE TABLE image_digests (
  reference TEXT PRIMARY KEY,
  image_id TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX image_digests_by_image ON image_digests(image_id);

CREATE TABLE image_blobs (
  image_id TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  PRIMARY KEY (image_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_blobs_by_digest ON image_blobs(digest);

CREATE TABLE layers (
  chain_id TEXT PRIMARY KEY,
  diff_id TEXT NOT NULL,
  unpacked_size_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE image_layers (
  image_id TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  chain_id TEXT NOT NULL REFERENCES layers(chain_id),
  blob_digest TEXT NOT NULL,
  blob_size_bytes INTEGER NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_layers_by_chain ON image_layers(chain_id);

CREATE TABLE containers (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  image_id TEXT REFERENCES images(id),
  image_name TEXT NOT NULL,
  command TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('created', 'running', 'exited')),
  started_at_ms INTEGER,
  finished_at_ms INTEGER,
  exit_code INTEGER,
  oom_killed INTEGER NOT NULL,
  error TEXT,
  pid INTEGER,
  pid_start_time TEXT,
  auto_remove INTEGER NOT NULL,
  labels TEXT NOT NULL,
  layers TEXT NOT NULL,
  driver TEXT NOT NULL,
  config TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX containers_by_image ON containers(image_id);

CREATE TABLE volumes (
  name TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL,
  labels TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`
