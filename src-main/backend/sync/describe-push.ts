import type { PlannedRequest, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Remote } from '../remote/remote.ts';
import { readCapabilities, readConnection } from '../store/connections.ts';
import { type IntentRow, toWanted } from '../store/intents.ts';
import type { Page } from '../store/page.ts';
import { isSamePresence, readMirror, toBase } from '../store/relationships.ts';
import type { ReadableDb } from '../store/sql.ts';
import type { SyncContext } from './context.ts';
import { canReplace } from './push.ts';
import { readPushable } from './pushable.ts';
import { toRemote } from './send.ts';

interface DryRunSource extends Pick<SyncContext, 'db' | 'connectionId'> {
  readonly remote: Remote;
}

/**
 * The exact requests a push would send now, in order, each write with what it depends on. Sends nothing. Where the
 * remote takes several in one request, each stands by itself. The page counts changes, not requests.
 */
export function describePush(
  source: DryRunSource,
  only: readonly RelationshipId[] | null,
  page: Page,
): { readonly total: number; readonly requests: PlannedRequest[] } {
  const { db, connectionId, remote } = source;
  const cannotWrite = readConnection(db, connectionId).readOnlyReason !== null;
  if (only === null && cannotWrite) return { total: 0, requests: [] };
  const capabilities = readCapabilities(db, connectionId, remote.capabilities);
  const { intents } = readPushable({ db, connectionId, capabilities }, only, only !== null);
  const mayReplace = canReplace({ db, connectionId, capabilities });
  const shown = intents.slice(page.offset, page.offset + page.limit);
  return {
    total: intents.length,
    requests: shown.flatMap((intent) => describeIntent(db, remote, intent, mayReplace)),
  };
}

function describeIntent(
  db: ReadableDb,
  remote: Remote,
  intent: IntentRow,
  mayReplace: boolean,
): PlannedRequest[] {
  const { relationshipId: id } = intent;
  const toRequest = (step: 'probe' | 'create' | 'remove', condition: string | null) => {
    return { id, ...remote.describe(toRemote(db, intent, step), step), condition };
  };
  const probe = toRequest('probe', null);
  if (isChangeOfType(db, intent)) {
    if (!mayReplace) return [probe];
    return [
      probe,
      toRequest('remove', 'if the read before shows the old type'),
      toRequest('create', 'once the relationship is gone'),
    ];
  }
  const condition = `if the read before shows the relationship ${intent.wantedPresent ? 'missing' : 'there'}`;
  return [probe, toRequest(intent.wantedPresent ? 'create' : 'remove', condition)];
}

function isChangeOfType(db: ReadableDb, intent: IntentRow): boolean {
  const base = toBase(readMirror(db, intent.relationshipId));
  return intent.wantedPresent && base.present && !isSamePresence(base, toWanted(intent));
}
