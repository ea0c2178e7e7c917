/** How far a sweep is, so that one that was interrupted goes on. */
export const sweepsGoOn = `
-- the kinds whose entities it has read to their end, as a JSON array
ALTER TABLE sweep ADD COLUMN read_kinds TEXT NOT NULL DEFAULT '[]';
-- when it last read a list whole; null: it did not yet
ALTER TABLE sweep ADD COLUMN went_on_at TEXT;
`;
