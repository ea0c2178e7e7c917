/**
 * Remote copies (entity, relationship, listing, sweep) and what the user made (intent, local_relationship,
 * type_mark, conflict, history) lie in separate tables: copies can be dropped and pulled again.
 */
export const firstSchema = `
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES ('relationship', 1);

CREATE TABLE connection (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  remote TEXT NOT NULL,
  url TEXT NOT NULL,
  scope TEXT NOT NULL,
  secret_reference TEXT,
  identity TEXT,
  rate REAL NOT NULL,
  created_at TEXT NOT NULL,
  last_synced_at TEXT,
  offline_since TEXT,
  failure_code TEXT,
  failure_message TEXT
) STRICT;
INSERT INTO connection (id, name, remote, url, scope, rate, created_at)
VALUES (0, 'local', 'local', '', '', 0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

CREATE TABLE entity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  kind TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  lookup_id TEXT NOT NULL,
  name TEXT NOT NULL,
  archived INTEGER NOT NULL DEFAULT 0,
  -- listed: the remote lists it; removed: proved gone; unlisted: only named by a relationship
  presence TEXT NOT NULL CHECK (presence IN ('listed', 'removed', 'unlisted')),
  fields TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  seen_sweep INTEGER,
  UNIQUE (connection_id, kind, remote_id)
) STRICT;
-- both hold all that a page filters and sorts by, so that a page far down touches no row before it
CREATE INDEX entity_by_name ON entity (name COLLATE NOCASE, id, kind, connection_id) WHERE presence = 'listed';
CREATE INDEX entity_by_kind ON entity (kind, name COLLATE NOCASE, id, connection_id) WHERE presence = 'listed';
CREATE INDEX entity_away ON entity (id) WHERE presence <> 'listed';

CREATE VIRTUAL TABLE entity_search USING fts5 (
  name, kind, remote_id, fields, content = '', contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

CREATE TABLE entity_alias (
  entity_id INTEGER NOT NULL REFERENCES entity(id),
  same_as_id INTEGER NOT NULL REFERENCES entity(id),
  made_at TEXT NOT NULL,
  PRIMARY KEY (entity_id, same_as_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE relationship_type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE relationship (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  source_id INTEGER NOT NULL REFERENCES entity(id),
  target_id INTEGER NOT NULL REFERENCES entity(id),
  slot INTEGER NOT NULL,
  remote_id TEXT,
  base_present INTEGER NOT NULL,
  base_type_id INTEGER REFERENCES relationship_type(id),
  -- only where it differs from base
  observed_present INTEGER,
  observed_type_id INTEGER REFERENCES relationship_type(id),
  observed_at TEXT,
  UNIQUE (source_id, target_id, slot)
) STRICT;
CREATE INDEX relationship_by_target ON relationship (target_id);
CREATE INDEX relationship_by_connection ON relationship (connection_id) WHERE base_present = 1;

CREATE TABLE provenance (
  relationship_id INTEGER NOT NULL,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  first_confirmed_at TEXT NOT NULL,
  -- the latest single confirmation; a later one by list is the listing of its source
  last_confirmed_at TEXT NOT NULL,
  PRIMARY KEY (relationship_id, connection_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
  relationship_id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  source_id INTEGER NOT NULL REFERENCES entity(id),
  target_id INTEGER NOT NULL REFERENCES entity(id),
  slot INTEGER NOT NULL,
  wanted_present INTEGER NOT NULL,
  wanted_type_id INTEGER REFERENCES relationship_type(id),
  base_present INTEGER NOT NULL,
  base_type_id INTEGER REFERENCES relationship_type(id),
  history_id INTEGER NOT NULL REFERENCES history(id),
  changed_at TEXT NOT NULL,
  -- an attempt left this machine and its answer is not known
  sent INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  stopped TEXT CHECK (stopped IN ('parked', 'blocked')),
  cause TEXT,
  UNIQUE (source_id, target_id, slot)
) STRICT;
CREATE INDEX intent_by_target ON intent (target_id);
CREATE INDEX intent_by_connection ON intent (connection_id, stopped);
CREATE INDEX intent_by_command ON intent (history_id, relationship_id);

CREATE TABLE local_relationship (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES entity(id),
  target_id INTEGER NOT NULL REFERENCES entity(id),
  slot INTEGER NOT NULL,
  type_id INTEGER REFERENCES relationship_type(id),
  made_at TEXT NOT NULL,
  UNIQUE (source_id, target_id, slot)
) STRICT;
CREATE INDEX local_relationship_by_target ON local_relationship (target_id);

CREATE TABLE type_mark (
  relationship_id INTEGER PRIMARY KEY,
  type_id INTEGER NOT NULL REFERENCES relationship_type(id)
) STRICT;

CREATE TABLE conflict (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  relationship_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  cause TEXT NOT NULL,
  sides TEXT NOT NULL,
  found_at TEXT NOT NULL,
  decision TEXT,
  decided_at TEXT,
  -- the command that decided it, so that undo opens it again
  history_id INTEGER REFERENCES history(id)
) STRICT;
CREATE UNIQUE INDEX conflict_open ON conflict (relationship_id) WHERE decision IS NULL;

CREATE TABLE held_removal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  what TEXT NOT NULL CHECK (what IN ('entities', 'relationships')),
  ids TEXT NOT NULL,
  total INTEGER NOT NULL,
  reason TEXT NOT NULL,
  held_at TEXT NOT NULL,
  released_at TEXT
) STRICT;

CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  label TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'superseded', 'recorded')),
  packed TEXT
) STRICT;
CREATE INDEX history_by_state ON history (state, id);

CREATE TABLE history_change (
  history_id INTEGER NOT NULL REFERENCES history(id),
  position INTEGER NOT NULL,
  relationship_id INTEGER NOT NULL,
  connection_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  before_present INTEGER NOT NULL,
  before_type TEXT,
  after_present INTEGER NOT NULL,
  after_type TEXT,
  PRIMARY KEY (history_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  started_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;

-- one whole reading of an entity's relationships
CREATE TABLE listing (
  entity_id INTEGER PRIMARY KEY REFERENCES entity(id),
  sweep_id INTEGER,
  as_of TEXT NOT NULL
) STRICT;

CREATE TABLE report (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  body TEXT NOT NULL
) STRICT;

CREATE TABLE view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT;
CREATE TABLE view_position (
  view_id INTEGER NOT NULL REFERENCES view(id) ON DELETE CASCADE,
  entity_id INTEGER NOT NULL REFERENCES entity(id),
  x REAL NOT NULL,
  y REAL NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (view_id, entity_id)
) STRICT, WITHOUT ROWID;

-- the mirror overlaid by what the user wants, with the workspace's own relationships; a column has one affinity
-- in all three parts (hence CAST and +), or SQLite would build the whole view for every question
CREATE VIEW shown_relationship AS
SELECT r.id, r.connection_id, r.source_id, r.target_id,
  COALESCE(m.type_id, CASE WHEN i.wanted_present = 1 THEN i.wanted_type_id END, r.base_type_id) AS type_id,
  CASE
    WHEN c.id IS NOT NULL THEN 'conflict'
    WHEN i.relationship_id IS NULL THEN 'synced'
    WHEN i.stopped IS NOT NULL THEN i.stopped
    WHEN i.wanted_present = 0 THEN 'delete'
    WHEN r.base_present = 1 AND i.wanted_type_id IS NOT r.base_type_id THEN 'update'
    ELSE 'create'
  END AS state,
  COALESCE(c.cause, i.cause) AS cause
FROM relationship r
LEFT JOIN intent i ON i.relationship_id = r.id
LEFT JOIN type_mark m ON m.relationship_id = r.id
LEFT JOIN conflict c ON c.relationship_id = r.id AND c.decision IS NULL
WHERE r.base_present = 1 OR i.relationship_id IS NOT NULL
UNION ALL
SELECT i.relationship_id, i.connection_id, i.source_id, i.target_id,
  COALESCE(m.type_id, i.wanted_type_id),
  CASE
    WHEN c.id IS NOT NULL THEN 'conflict'
    WHEN i.stopped IS NOT NULL THEN i.stopped
    WHEN i.wanted_present = 0 THEN 'delete'
    ELSE 'create'
  END,
  COALESCE(c.cause, i.cause)
FROM intent i
LEFT JOIN type_mark m ON m.relationship_id = i.relationship_id
LEFT JOIN conflict c ON c.relationship_id = i.relationship_id AND c.decision IS NULL
WHERE NOT EXISTS (SELECT 1 FROM relationship r WHERE r.id = i.relationship_id)
UNION ALL
SELECT l.id, CAST(0 AS INTEGER), l.source_id, l.target_id, +l.type_id, 'local', NULL
FROM local_relationship l;
`;
