/** What managing a connection needs: pausing, another identity or place, and removal that leaves what is still used. */
export const managedConnections = `
-- whom the key spoke for when it was last asked, in the remote's words
ALTER TABLE connection ADD COLUMN identity_label TEXT;
-- since when it is left out of syncs of everything; null while it is not
ALTER TABLE connection ADD COLUMN paused_at TEXT;
-- since when everything must be read before anything is sent: the user took another identity or place over
ALTER TABLE connection ADD COLUMN rebase_since TEXT;
-- when it was removed; its row stays for the archived copies and reports that name it
ALTER TABLE connection ADD COLUMN removed_at TEXT;
-- an entity is only removed after a look at what points at it
CREATE INDEX entity_alias_by_same ON entity_alias (same_as_id);
CREATE INDEX view_position_by_entity ON view_position (entity_id);
`;
