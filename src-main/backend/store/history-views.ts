import type { ViewId } from '../../../src-preload/contract/views.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';
import type { StoredView } from './views.ts';

/** A view before and after a command; null where there was none. */
export interface ViewChange {
  readonly key: ViewId;
  readonly before: StoredView | null;
  readonly after: StoredView | null;
}

/** Adds a changed view to an entry. */
export function saveViewChange(db: WritableDb, historyId: number, { key, before, after }: ViewChange): void {
  run(
    db,
    'INSERT INTO history_view (history_id, key, before, after) VALUES (:historyId, :key, :before, :after)',
    { historyId, key, before: toText(before), after: toText(after) },
  );
}

function toText(view: StoredView | null): string | null {
  return view === null ? null : JSON.stringify(view);
}

/** The views that an entry changed, in the order in which it did. */
export function readViewChanges(db: ReadableDb, historyId: number): ViewChange[] {
  return all<{ key: ViewId; before: string | null; after: string | null }>(
    db,
    'SELECT key, before, after FROM history_view WHERE history_id = :historyId ORDER BY id',
    { historyId },
  ).map(({ key, before, after }) => ({ key, before: fromText(before), after: fromText(after) }));
}

/** What a view was before the first change of it after an entry; undefined where there was none of it. */
export function findViewBefore(db: ReadableDb, key: ViewId, after: number): StoredView | null | undefined {
  const noted = first<{ before: string | null }>(
    db,
    'SELECT before FROM history_view WHERE key = :key AND history_id > :after ORDER BY id LIMIT 1',
    { key, after },
  );
  return noted === undefined ? undefined : fromText(noted.before);
}

function fromText(text: string | null): StoredView | null {
  return text === null ? null : (JSON.parse(text) as StoredView); // written by saveViewChange only
}
