import type { ConnectionId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { hasOpenConflict } from '../store/conflicts.ts';
import { clearHeldRemovals, heldKinds, readReleasedIds, saveHeldRemoval } from '../store/held-removals.ts';
import { holdIntents, type IntentRow, readIntents } from '../store/intents.ts';
import { countBase, type MirrorRow, readMirror } from '../store/relationships.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import { nowOf, type SyncContext } from './context.ts';
import { judgeLoss } from './loss.ts';
import { chooseFree } from './policy.ts';

interface PushSource extends Pick<SyncContext, 'capabilities'> {
  readonly db: ReadableDb;
  readonly connectionId: ConnectionId;
}

/** What a push would send: what may go, and what the guard holds of it. */
interface Pushable {
  readonly intents: readonly IntentRow[];
  readonly held: {
    readonly ids: readonly RelationshipId[];
    readonly cause: string;
    readonly total: number;
  } | null;
}

/**
 * The intents that may go: those named (null: all) that nothing stops. What was parked goes again only if the user picks
 * it: asking is the new fact. Deletes that are too many wait, unless the user picked them.
 */
export function readPushable(
  source: PushSource,
  only: readonly RelationshipId[] | null,
  isPicked: boolean,
): Pushable {
  const named = only === null ? null : new Set(only);
  const candidates = orderPush(readIntents(source.db, source.connectionId)).map((intent) => ({
    intent,
    isNamed: named === null || named.has(intent.relationshipId),
    stopped: intent.stopped,
    hasConflict: hasOpenConflict(source.db, intent.relationshipId),
  }));
  const { free, held } = chooseFree(candidates, isPicked, (open) => judgeDeletes(source, open));
  return {
    intents: free.map(({ intent }) => intent),
    held: held && {
      ids: held.of.map(({ intent }) => intent.relationshipId),
      cause: held.cause,
      total: countBase(source.db, source.connectionId),
    },
  };
}

/** What failed before goes last, so that it keeps nothing else from going; a half-done change of type is always first. */
function orderPush(intents: readonly IntentRow[]): IntentRow[] {
  const isLast = ({ failures, replacing }: IntentRow) => failures > 0 && replacing === 'no';
  return [...intents.filter((intent) => !isLast(intent)), ...intents.filter(isLast)];
}

function judgeDeletes<C extends { readonly intent: IntentRow }>(source: PushSource, open: readonly C[]) {
  const { db, connectionId } = source;
  const released = readReleasedIds(db, connectionId, heldKinds.deletes);
  const deletes = open.flatMap((candidate) => {
    const row = findDeleted(db, candidate.intent);
    return row === undefined || released.has(row.id) ? [] : [{ candidate, row }];
  });
  const rows = deletes.map(({ row }) => row);
  const cause = judgeLoss({ ...source, additions: new Map() }, rows, countBase(db, connectionId), 'there');
  return cause === null ? null : { of: deletes.map(({ candidate }) => candidate), cause };
}

/** What base has and the user wants gone. */
function findDeleted(db: ReadableDb, intent: IntentRow): MirrorRow | undefined {
  const row = intent.wantedPresent ? undefined : readMirror(db, intent.relationshipId);
  return row?.basePresent === true ? row : undefined;
}

/** Keeps what the guard holds for the user to decide. What the user released stays so until it is gone. */
export function noteHeld(context: SyncContext, { intents, held }: Pushable): void {
  const { db, connectionId } = context;
  const kind = heldKinds.deletes;
  transaction(db, () => {
    holdIntents(db, connectionId, held);
    const released = readReleasedIds(db, connectionId, kind);
    const isReleasedLeft = intents.some((intent) => released.has(intent.relationshipId));
    clearHeldRemovals(db, connectionId, kind, isReleasedLeft ? 'waiting' : 'all');
    if (held === null) return;
    const { ids, cause: reason, total } = held;
    saveHeldRemoval(db, { connectionId, kind, ids, total, reason, now: nowOf(context) });
  });
}
