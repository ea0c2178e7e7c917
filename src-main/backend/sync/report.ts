import type { SyncReport } from '../../../src-preload/contract/model.ts';
import { countConflicts } from '../store/conflicts.ts';
import type { ConnectionRow } from '../store/connections.ts';
import { countHeld } from '../store/held-removals.ts';
import { countStopped } from '../store/intents.ts';
import type { ReadableDb } from '../store/sql.ts';
import type { Tally } from './context.ts';

/** The report of a run: what it counted, and what waits now. */
export function toReport(
  db: ReadableDb,
  { id, name }: Pick<ConnectionRow, 'id' | 'name'>,
  { complete, entities, relationships, pushed, failed, moreFailed, notes }: Omit<Tally, 'isListLying'>,
  run: Pick<SyncReport, 'startedAt' | 'finishedAt' | 'cancelled' | 'withheld' | 'outlook'>,
): SyncReport {
  return {
    connection: name,
    complete,
    ...run,
    pulled: { entities, relationships },
    pushed,
    conflicts: countConflicts(db, id),
    blocked: countStopped(db, id, 'blocked'),
    parked: countStopped(db, id, 'parked'),
    held: countHeld(db, id),
    failed,
    notes,
    moreFailed,
    requests: [],
  };
}
