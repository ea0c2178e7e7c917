/**
 * Saved views: an id that a view keeps wherever it is taken, from what its picture grows, and what of it this workspace
 * does not have; and what a command did to a view.
 */
export const views = `
ALTER TABLE view ADD COLUMN key TEXT NOT NULL DEFAULT '';
UPDATE view SET key = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX view_by_key ON view (key);
ALTER TABLE view ADD COLUMN saved_at TEXT NOT NULL DEFAULT '';
UPDATE view SET saved_at = made_at;
-- its turn among those from which the picture grows; null for all others
ALTER TABLE view_position ADD COLUMN root INTEGER;

-- what a view draws and this workspace does not have, by its written form
CREATE TABLE view_missing (
  view_id INTEGER NOT NULL REFERENCES view(id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  x REAL NOT NULL,
  y REAL NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  root INTEGER,
  PRIMARY KEY (view_id, address)
) STRICT, WITHOUT ROWID;

-- a view before and after a command, as JSON; null where there was none
CREATE TABLE history_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  history_id INTEGER NOT NULL REFERENCES history(id),
  key TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX history_view_by_entry ON history_view (history_id);
CREATE INDEX history_view_by_view ON history_view (key);
`;
