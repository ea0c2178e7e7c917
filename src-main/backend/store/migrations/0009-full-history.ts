/**
 * What a history of everything needs: by whom, what each pull changed, and changes in the order in which they were
 * made (a sync and a command can run at the same time), so that any moment can be read again.
 */
export const fullHistory = `
-- the user and the machine, or whom the key of a connection spoke for
ALTER TABLE history ADD COLUMN who TEXT;
-- of a sync
ALTER TABLE history ADD COLUMN connection_id INTEGER;
-- a sync that runs adds to its entry
ALTER TABLE history ADD COLUMN is_open INTEGER NOT NULL DEFAULT 0;
-- a first pull keeps what it brought as ranges of ids
ALTER TABLE history ADD COLUMN is_first INTEGER NOT NULL DEFAULT 0;
-- the entry that this one undid, redid or reverted
ALTER TABLE history ADD COLUMN reverts INTEGER REFERENCES history(id);
CREATE UNIQUE INDEX history_open ON history (connection_id) WHERE is_open = 1;
CREATE INDEX history_by_reverted ON history (reverts) WHERE reverts IS NOT NULL;

CREATE TABLE kept_change AS
SELECT c.history_id, h.at, c.relationship_id, c.connection_id, c.source_id, c.target_id,
  c.before_present, c.before_type, c.after_present, c.after_type
FROM history_change c JOIN history h ON h.id = c.history_id ORDER BY c.history_id, c.position;
DROP TABLE history_change;
CREATE TABLE history_change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  history_id INTEGER NOT NULL REFERENCES history(id),
  at TEXT NOT NULL,
  relationship_id INTEGER NOT NULL,
  connection_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  before_present INTEGER NOT NULL,
  before_type TEXT,
  after_present INTEGER NOT NULL,
  after_type TEXT
) STRICT;
INSERT INTO history_change (history_id, at, relationship_id, connection_id, source_id, target_id,
  before_present, before_type, after_present, after_type) SELECT * FROM kept_change ORDER BY rowid;
DROP TABLE kept_change;
CREATE INDEX history_change_by_entry ON history_change (history_id);
CREATE INDEX history_change_by_relationship ON history_change (relationship_id);
CREATE INDEX history_change_by_time ON history_change (at);

-- relationships that a first pull brought, by ranges of their ids
CREATE TABLE history_added (
  from_id INTEGER PRIMARY KEY,
  to_id INTEGER NOT NULL,
  history_id INTEGER NOT NULL REFERENCES history(id),
  at TEXT NOT NULL
) STRICT;
CREATE INDEX history_added_by_entry ON history_added (history_id);

-- what an entity was before a pull changed it, as JSON
CREATE TABLE history_entity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  history_id INTEGER NOT NULL REFERENCES history(id),
  at TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  before TEXT NOT NULL
) STRICT;
CREATE INDEX history_entity_by_entry ON history_entity (history_id);
CREATE INDEX history_entity_by_entity ON history_entity (entity_id);
CREATE INDEX history_entity_by_time ON history_entity (at);

-- what the workspace itself had of a type of the vocabulary, as JSON: {"own":false}, or {"own":true,"definition":…}
CREATE TABLE history_type (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  history_id INTEGER NOT NULL REFERENCES history(id),
  name TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;
CREATE INDEX history_type_by_entry ON history_type (history_id);

-- what happened before this version was not kept in full
INSERT INTO setting (key, value)
SELECT 'history', json_object('since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
WHERE EXISTS (SELECT 1 FROM history) OR EXISTS (SELECT 1 FROM relationship);
`;
