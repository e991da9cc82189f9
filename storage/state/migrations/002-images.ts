/** Manifest lists, which share their names with images, and what is known of volumes that are being made. */
export const images = `
CREATE TABLE manifest_lists (
  id TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE manifest_list_names (
  name TEXT PRIMARY KEY,
  list_id TEXT NOT NULL REFERENCES manifest_lists(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX manifest_list_names_by_list ON manifest_list_names(list_id);

CREATE TABLE manifest_list_blobs (
  list_id TEXT NOT NULL REFERENCES manifest_lists(id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  PRIMARY KEY (list_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX manifest_list_blobs_by_digest ON manifest_list_blobs(digest);

-- A name stands for one thing: whoever gets it takes it away.
CREATE TRIGGER image_takes_name AFTER INSERT ON image_names BEGIN
  DELETE FROM manifest_list_names WHERE name = NEW.name;
END;
CREATE TRIGGER manifest_list_takes_name AFTER INSERT ON manifest_list_names BEGIN
  DELETE FROM image_names WHERE name = NEW.name;
END;

ALTER TABLE volumes ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0;
-- The process that made an anonymous volume, until the volume has a container.
ALTER TABLE volumes ADD COLUMN maker TEXT;
CREATE INDEX volumes_being_made ON volumes(maker) WHERE maker IS NOT NULL;
CREATE TRIGGER container_owns_volumes AFTER INSERT ON containers
WHEN EXISTS (SELECT 1 FROM volumes WHERE maker IS NOT NULL) BEGIN
  UPDATE volumes SET maker = NULL WHERE maker IS NOT NULL
    AND name IN (SELECT value ->> '$.name' FROM json_each(NEW.config, '$.volumes'));
END;
`
