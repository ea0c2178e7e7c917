/** What a remote says of a relationship beside its ends and type, as bits: 1 read-only, 2 made by a service. */
export const relationshipFlags = 'ALTER TABLE relationship ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;';
