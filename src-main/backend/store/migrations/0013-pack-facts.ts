/**
 * What a reader of the history must know of packed rows before it unpacks them: how many there are, how many of them
 * were made, and which ids they are of. It stands before the rows, so that reading it reads none of them.
 */
export const packFacts = `
CREATE TABLE kept_pack AS SELECT history_id, position, what, body FROM history_pack;
DROP TABLE history_pack;
-- rows of one command in JSON: entities as {id, before, after}, local relationships as [id, source, target, type, made]
CREATE TABLE history_pack (
  history_id INTEGER NOT NULL REFERENCES history(id),
  position INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('entities', 'relationships')),
  row_count INTEGER NOT NULL,
  made_count INTEGER NOT NULL,
  from_id INTEGER NOT NULL,
  to_id INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (history_id, position)
) STRICT, WITHOUT ROWID;
-- pack by pack: sorted into groups, every row would take its whole pack along
INSERT INTO history_pack
SELECT p.history_id, p.position, p.what, json_array_length(p.body),
  (SELECT SUM(CASE p.what WHEN 'entities' THEN r.value -> 'before' = 'null' ELSE r.value ->> 4 END) FROM json_each(p.body) r),
  (SELECT MIN(r.value ->> CASE p.what WHEN 'entities' THEN '$.id' ELSE '$[0]' END) FROM json_each(p.body) r),
  (SELECT MAX(r.value ->> CASE p.what WHEN 'entities' THEN '$.id' ELSE '$[0]' END) FROM json_each(p.body) r), p.body
FROM kept_pack p WHERE json_array_length(p.body) > 0;
DROP TABLE kept_pack;
CREATE INDEX history_pack_by_id ON history_pack (what, from_id, to_id, row_count, made_count);
`;
