/** What an import needs: its entry in the history holds its rows packed, and entities that the user made are noted too. */
export const imports = `
-- rows of one command in JSON: entities as [id, before, after], local relationships as [id, source, target, type, made]
CREATE TABLE history_pack (
  history_id INTEGER NOT NULL REFERENCES history(id),
  position INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('entities', 'relationships')),
  body TEXT NOT NULL,
  PRIMARY KEY (history_id, position)
) STRICT, WITHOUT ROWID;
`;
