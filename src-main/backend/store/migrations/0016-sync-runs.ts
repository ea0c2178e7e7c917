/** What a run that ends with its program leaves behind: when it began, and what it had recorded by then. */
export const syncRuns = `
-- one row for each run that is under way; done is its counts, failures and notes in JSON
CREATE TABLE sync_run (
  connection_id INTEGER PRIMARY KEY REFERENCES connection(id),
  started_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  done TEXT NOT NULL
) STRICT;
`;
