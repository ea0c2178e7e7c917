/**
 * What remotes with a change feed, batches and client ids need, and the guard over deletes there.
 * The view is the first one's with the state `held`; a type that is taken away is shown so.
 */
export const feedsAndBatches = `
-- what the account can do as the remote last told it, as JSON; null as long as it has not
ALTER TABLE connection ADD COLUMN capabilities TEXT;
-- the id that a create proposes, kept before it leaves, the same for each repeat
ALTER TABLE intent ADD COLUMN proposed_id TEXT;
-- the guard stopped this delete
ALTER TABLE intent ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE held_removal ADD COLUMN side TEXT NOT NULL DEFAULT 'here' CHECK (side IN ('here', 'there'));
-- the last reading of everything, from a change feed, that told of this relationship
ALTER TABLE relationship ADD COLUMN told_sweep INTEGER;
CREATE INDEX relationship_observed ON relationship (connection_id) WHERE observed_present IS NOT NULL;
INSERT INTO counter VALUES ('feed sweep', 1);

-- how far the change feed of a connection was read, and for whom
CREATE TABLE feed (
  connection_id INTEGER PRIMARY KEY REFERENCES connection(id),
  identity TEXT NOT NULL,
  cursor TEXT,
  -- the reading of everything that is under way; null while only changes are told
  sweep_id INTEGER
) STRICT;

-- what base has and a feed told gone (proved) or left out when it started over; what the guard holds stays here
CREATE TABLE feed_missing (
  relationship_id INTEGER PRIMARY KEY REFERENCES relationship(id),
  connection_id INTEGER NOT NULL REFERENCES connection(id),
  proved INTEGER NOT NULL
) STRICT;
CREATE INDEX feed_missing_by_connection ON feed_missing (connection_id);

DROP VIEW shown_relationship;
CREATE VIEW shown_relationship AS
SELECT r.id, r.connection_id, r.source_id, r.target_id,
  COALESCE(m.type_id, CASE WHEN i.wanted_present = 1 THEN i.wanted_type_id ELSE r.base_type_id END) AS type_id,
  CASE
    WHEN c.id IS NOT NULL THEN 'conflict'
    WHEN i.relationship_id IS NULL THEN 'synced'
    WHEN i.stopped IS NOT NULL THEN i.stopped
    WHEN i.held = 1 THEN 'held'
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
