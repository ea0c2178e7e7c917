/** Where an import says that something came from, before it became the workspace's own. */
export const origins = `
-- of an entity of the workspace's own, as JSON; null: it was made here
ALTER TABLE entity ADD COLUMN origin TEXT;
-- of a relationship of the workspace's own, by its id, which never means another: it stays where an undo takes the row
CREATE TABLE relationship_origin (
  relationship_id INTEGER PRIMARY KEY,
  origin          TEXT NOT NULL
) STRICT;
`;
