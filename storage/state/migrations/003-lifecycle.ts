/** What restart policies need to know of a container, and secrets. */
export const lifecycle = `
ALTER TABLE containers ADD COLUMN restart_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE containers ADD COLUMN stopped_by_user INTEGER NOT NULL DEFAULT 0;

ALTER TABLE volumes ADD COLUMN driver TEXT NOT NULL DEFAULT 'local';
ALTER TABLE volumes ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
-- Whether it has been filled from an image, or is not to be.
ALTER TABLE volumes ADD COLUMN filled INTEGER NOT NULL DEFAULT 0;

CREATE TABLE secrets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  driver TEXT NOT NULL,
  driver_options TEXT NOT NULL,
  labels TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
