import type { ConnectionId, ConnectionLoss, Relationship } from '../../../src-preload/contract/model.ts';
import { readConnection } from '../store/connections.ts';
import { StoreError } from '../store/errors.ts';
import { recordAction } from '../store/history.ts';
import { readIntents } from '../store/intents.ts';
import { findRelationship } from '../store/relationships.ts';
import { readLoss, readMarked, removeCopies } from '../store/removed-connections.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';

/** What the user made on a connection and no remote has: the content of the file that a removal leaves behind. */
export interface UserMade {
  readonly format: 'weft-pending';
  readonly version: 1;
  readonly exportedAt: string;
  readonly connection: { name: string; remote: string; url: string; scope: string };
  readonly pending: readonly unknown[];
  readonly marks: readonly unknown[];
}

/** Everything pending and every local mark of a connection, ends by their written form. Holds no secret. */
export function readUserMade({ db, now }: CommandContext, id: ConnectionId): UserMade {
  const { name, remote, url, scope } = readConnection(db, id);
  return {
    format: 'weft-pending',
    version: 1,
    exportedAt: now,
    connection: { name, remote, url, scope },
    pending: readIntents(db, id).map(({ relationshipId, wantedPresent, wantedType, changedAt, cause }) => ({
      want: wantedPresent ? 'related' : 'not related',
      type: wantedType,
      ...readEnds(db, relationshipId),
      changedAt,
      cause,
    })),
    marks: readMarked(db, id).map((marked) => ({
      ...readEnds(db, marked),
      type: findRelationship(db, marked)?.type ?? null,
    })),
  };
}

function readEnds(db: ReadableDb, id: Relationship['id']) {
  const relationship = findRelationship(db, id);
  const toEnd = (end: Relationship['source'] | undefined) =>
    end === undefined ? null : { entity: end.address, name: end.name };
  return { source: toEnd(relationship?.source), target: toEnd(relationship?.target) };
}

/** Throws where a removal would take more, or other things, than the user was shown. */
export function refuseOtherLoss({ db }: CommandContext, id: ConnectionId, confirmed: ConnectionLoss): void {
  const loss = readLoss(db, id);
  const isSame = Object.entries(loss).every(([what, count]) => Reflect.get(confirmed, what) === count);
  if (isSame) return;
  throw new StoreError(
    'loss-changed',
    'What would be lost has changed since it was shown. Nothing was removed. Look at it again.',
  );
}

/** Removes a connection and its copies in one transaction; history says so and stays readable. */
export function removeConnection(
  context: CommandContext,
  id: ConnectionId,
  { confirmed, exported }: { readonly confirmed: ConnectionLoss; readonly exported: boolean },
): void {
  const { db, now } = context;
  transaction(db, () => {
    refuseOtherLoss(context, id, confirmed);
    const { name } = readConnection(db, id);
    const { pending } = confirmed;
    const fate = exported ? 'exported to a file' : 'dropped';
    const tail = pending === 0 ? '' : `; ${pending} pending ${pending === 1 ? 'change' : 'changes'} ${fate}`;
    removeCopies(db, id, now);
    recordAction(db, `Remove the connection ${name}${tail}`, now, confirmed);
  });
}
