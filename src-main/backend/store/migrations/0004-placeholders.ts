/** Entities that no list will ever hold are shown by their kind and id, so that their relationships are. */
export const placeholders = `
-- 1: shown as if it were listed, though only a relationship names it
ALTER TABLE entity ADD COLUMN placeholder INTEGER NOT NULL DEFAULT 0;
`;
