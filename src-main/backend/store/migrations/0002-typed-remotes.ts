/** What remotes with types need: how far a change of type is, and what a connection proved that it can do. */
export const typedRemotes = `
-- 0: no; 1: its delete left, the create must follow; 2: the create was refused, the old type must be put back
ALTER TABLE intent ADD COLUMN replacing INTEGER NOT NULL DEFAULT 0;
-- when a create of this connection was first confirmed; a type is only changed after that
ALTER TABLE connection ADD COLUMN create_confirmed_at TEXT;
-- why the server behind it cannot write, as it showed; null as long as it has not
ALTER TABLE connection ADD COLUMN read_only_reason TEXT;
`;
