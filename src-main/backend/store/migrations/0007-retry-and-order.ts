/** What trying again by itself needs, and the indexes of the longer lists. */
export const retryAndOrder = `
-- attempts in a row that failed for a reason that passes, how the last one failed, and when the next is due
ALTER TABLE intent ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE intent ADD COLUMN failure_code TEXT;
ALTER TABLE intent ADD COLUMN failure_message TEXT;
ALTER TABLE intent ADD COLUMN next_attempt_at TEXT;
-- the remote asked to be left in peace until then
ALTER TABLE connection ADD COLUMN limited_until TEXT;
-- the order in which the outbox is pushed and shown
CREATE INDEX intent_in_order ON intent
  (connection_id, replacing > 0 DESC, wanted_present DESC, base_present, history_id, relationship_id);
CREATE INDEX intent_by_change ON intent (connection_id, changed_at);
CREATE INDEX intent_by_attempt ON intent (connection_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX listing_by_time ON listing (as_of);
CREATE INDEX report_by_connection ON report (connection_id, id);
`;
