import type { PlannedRequest, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Remote } from '../remote/remote.ts';
import { readCapabilities, readConnection } from '../store/connections.ts';
import type { Page } from '../store/page.ts';
import { toPushOrder, widthOf } from './compose.ts';
import type { SyncContext } from './context.ts';
import { isCreate } from './course.ts';
import { readPushable } from './pushable.ts';
import { type Rehearsal, rehearse } from './rehearse.ts';

interface DryRunSource extends Pick<SyncContext, 'db' | 'connectionId'> {
  readonly remote: Remote;
}

/**
 * The exact requests a push would send now for what is pending, in order, each write with what it depends on. Sends
 * nothing. Whom the key speaks for is asked besides, before, after and on the way. The page counts changes, not
 * requests; those that go side by side come together, with the page on which the first of them is.
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
  const isPicked = only !== null;
  const pushable = readPushable({ db, connectionId, capabilities }, only, isPicked);
  const intents = toPushOrder(db, source, pushable.intents);
  const width = widthOf(source);
  const first = Math.ceil(page.offset / width) * width;
  const hasCreated = intents.slice(0, first).some((intent) => isCreate(db, intent));
  const rehearsal: Rehearsal = { db, connectionId, remote, capabilities, isPicked, hasCreated };
  const requests: PlannedRequest[] = [];
  for (let start = first; start < Math.min(intents.length, page.offset + page.limit); start += width) {
    requests.push(...rehearse(rehearsal, intents.slice(start, start + width)));
  }
  return { total: intents.length, requests };
}
