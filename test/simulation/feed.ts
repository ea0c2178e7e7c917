import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type { ChangePage, ToldRelationship } from '../../src-main/backend/remote/remote.ts';
import type { FaultRule } from './faults.ts';
import { notePage } from './invariants-kept.ts';
import { noteRead } from './invariants-writes.ts';
import type { SimClient } from './model.ts';
import { endsOf, readThere, type There, type Truth, toPair } from './truth.ts';

const FEED_PAGE = 3;
/** How many changes a feed that lags does not tell yet. */
const LAG = 2;

/** What changed since a cursor such as `2:log:17`: the second reckoning, after 17 changes. */
export function tellChangesSince(
  client: SimClient,
  cursor: string | null,
  fault: FaultRule | null,
): ChangePage {
  const { account, world } = client;
  const [epoch = '', mode = '', at = '0', since = '0'] = (cursor ?? '').split(':');
  if (cursor !== null && Number(epoch) !== account.epoch) {
    world.seen.add('cursor lost');
    throw new RemoteError('cursor-lost', 'Simulated: no such cursor.');
  }
  const isWhole = cursor === null || mode === 'all';
  const start = cursor === null ? account.log.length : Number(since);
  const page = isWhole
    ? tellAll(account, Number(at), start)
    : tellChanges(account, Number(at), fault?.kind === 'stale');
  for (const { source, target } of [...page.present, ...page.removed]) {
    noteRead(client, toPair(account, source, target));
  }
  if (fault?.kind === 'stuck' && cursor !== null) return { ...page, nextCursor: cursor, more: true };
  if (fault?.kind === 'stale') noteLag(client, Number(at), page);
  notePage(client, page);
  return page;
}

/** What a feed that lags tells was so when it changed, not in this run. */
function noteLag(client: SimClient, at: number, { present }: ChangePage): void {
  const told = client.account.log.slice(at, at + FEED_PAGE);
  if (present.length > 0) client.staleSince = Math.min(client.staleSince, ...told.map(({ tick }) => tick));
}

function tellAll(account: Truth, at: number, since: number): ChangePage {
  const pairs = [...account.moments.keys()];
  const present = pairs
    .slice(at, at + FEED_PAGE)
    .flatMap((pair) => tell(account, pair, readThere(account, pair)));
  const more = at + FEED_PAGE < pairs.length;
  const nextCursor = more
    ? `${account.epoch}:all:${at + FEED_PAGE}:${since}`
    : `${account.epoch}:log:${since}`;
  return { present, removed: [], nextCursor, more, startsOver: at === 0 };
}

/** What has changed as it is now; what went and came again is told gone by its earlier id too. */
function tellChanges(account: Truth, at: number, isLagging: boolean): ChangePage {
  const known = isLagging ? Math.max(at, account.log.length - LAG) : account.log.length;
  const some = account.log.slice(at, Math.min(at + FEED_PAGE, known));
  const pairs = [...new Set(some.map(({ pair }) => pair))];
  const now = (pair: string) =>
    isLagging ? (some.findLast((change) => change.pair === pair)?.there ?? null) : readThere(account, pair);
  const present = pairs.flatMap((pair) => tell(account, pair, now(pair)));
  const removed = some.flatMap(({ pair, there, before }) =>
    there === null || there.remoteId !== before?.remoteId ? tell(account, pair, before) : [],
  );
  const next = at + some.length;
  const nextCursor = `${account.epoch}:log:${next}`;
  return { present, removed, nextCursor, more: next < known, startsOver: false };
}

function tell(account: Truth, pair: string, there: There): ToldRelationship[] {
  const [source, target] = endsOf(account, pair);
  return there === null ? [] : [{ source, target, ...there }];
}
