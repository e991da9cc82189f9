/** Pods: groups of containers that share namespaces. A name stands for a pod or for a container. */
export const pods = `
CREATE TABLE pods (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at_ms INTEGER NOT NULL,
  labels TEXT NOT NULL,
  -- the container that holds the namespaces, where there is one
  infra_id TEXT,
  config TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE containers ADD COLUMN pod_id TEXT REFERENCES pods(id);
CREATE INDEX containers_by_pod ON containers(pod_id) WHERE pod_id IS NOT NULL;

CREATE TRIGGER container_named_as_pod BEFORE INSERT ON containers
WHEN EXISTS (SELECT 1 FROM pods WHERE name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'a pod has the name');
END;
CREATE TRIGGER container_renamed_as_pod BEFORE UPDATE OF name ON containers
WHEN EXISTS (SELECT 1 FROM pods WHERE name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'a pod has the name');
END;
CREATE TRIGGER pod_named_as_container BEFORE INSERT ON pods
WHEN EXISTS (SELECT 1 FROM containers WHERE name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'a container has the name');
END;
`
