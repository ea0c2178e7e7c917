/**
 * What queries need: a vocabulary of the workspace's own, the words that are searched (so that a misspelt one finds
 * its like by either half), when an entity last changed, and relationships by type.
 */
export const queries = `
-- a type of the vocabulary made or changed here; null where the shipped type of that name was taken out
CREATE TABLE type_definition (name TEXT PRIMARY KEY, definition TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE search_word (word TEXT PRIMARY KEY, reversed TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX search_word_reversed ON search_word (reversed);
CREATE VIRTUAL TABLE indexed_word USING fts5vocab (entity_search, 'row');
WITH RECURSIVE turned (word, rest, reversed) AS (
  SELECT term, term, '' FROM indexed_word WHERE length(term) BETWEEN 4 AND 40 AND term GLOB '*[^0-9]*'
  UNION ALL
  SELECT word, substr(rest, 2), substr(rest, 1, 1) || reversed FROM turned WHERE rest <> ''
)
INSERT INTO search_word SELECT word, reversed FROM turned WHERE rest = '';
DROP TABLE indexed_word;

-- when a pull last brought something new of it
ALTER TABLE entity ADD COLUMN changed_at TEXT NOT NULL DEFAULT '';
UPDATE entity SET changed_at = first_seen_at;
CREATE INDEX entity_by_change ON entity (changed_at) WHERE presence = 'listed';

CREATE INDEX relationship_by_type ON relationship (base_type_id) WHERE base_type_id IS NOT NULL;
CREATE INDEX type_mark_by_type ON type_mark (type_id);
CREATE INDEX local_relationship_by_type ON local_relationship (type_id) WHERE type_id IS NOT NULL;
`;
