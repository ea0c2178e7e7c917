/** When what was observed beside base was made there, where the remote tells: a conflict shows it. */
export const toldTimes = 'ALTER TABLE relationship ADD COLUMN observed_made_at TEXT;';
