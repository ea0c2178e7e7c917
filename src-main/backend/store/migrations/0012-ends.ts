/**
 * Both ends of a relationship out of an index alone: following and counting relationships looked up every row before.
 * The one by target takes the place of its forerunner, which had the target only.
 */
export const ends = `
CREATE INDEX relationship_by_source ON relationship (source_id, base_present, target_id);
DROP INDEX relationship_by_target;
CREATE INDEX relationship_by_target ON relationship (target_id, base_present, source_id);
`;
