import { all, count, first } from '../../src-main/backend/store/sql.ts';
import type { SimClient } from './model.ts';
import { toPair, toValue } from './truth.ts';
import { fail, look, nameOf, pairOf, type RowEnds } from './watch.ts';

interface KeptRow extends RowEnds {
  readonly remoteId: string | null;
  readonly present: number;
  readonly type: string | null;
  readonly observed: number | null;
  readonly observedType: string | null;
  readonly pending: number;
  readonly missing: number;
}

/** What the workspace has of relationships: in base, beside it, pending, or noted as missing. */
function readKept(client: SimClient): Map<string, KeptRow> {
  const rows = all<KeptRow>(
    client.db,
    `SELECT r.source_id AS sourceId, r.target_id AS targetId, r.remote_id AS remoteId, base_present AS present,
         (SELECT name FROM relationship_type WHERE id = base_type_id) AS type, observed_present AS observed,
         (SELECT name FROM relationship_type WHERE id = observed_type_id) AS observedType,
         EXISTS (SELECT 1 FROM intent WHERE relationship_id = r.id) AS pending,
         EXISTS (SELECT 1 FROM feed_missing WHERE relationship_id = r.id) AS missing
       FROM relationship r`,
  );
  return new Map(rows.map((row) => [pairOf(client, row), row]));
}

function hasKept(row: KeptRow | undefined, value: string): boolean {
  if (row === undefined) return false;
  if (row.pending === 1 || toValue(row.present === 1 ? row : null) === value) return true;
  return row.observed !== null && toValue(row.observed === 1 ? { type: row.observedType } : null) === value;
}

/** A list that is noted as read was applied to its last row: nothing goes on after it as if it had been. */
export function checkListing(client: SimClient, entityId: number): void {
  const name = nameOf(client, entityId);
  const told = client.book.listed.get(name);
  if (told === undefined) return;
  look(client.world, 'I2');
  const kept = readKept(client);
  const lost = [...told].find(([pair, value]) => !hasKept(kept.get(pair), value));
  if (lost === undefined) return;
  fail(client, 'I2', `the list of ${name} is noted as read, but ${lost.join(' ')} of it is not here`);
}

/** A cursor that is kept stands for pages that were applied to their last row. */
export function checkCursor(client: SimClient): void {
  const { book, db } = client;
  const row = first<{ cursor: string | null }>(db, 'SELECT cursor FROM feed');
  const last = book.pages.findLastIndex(({ cursor }) => cursor === row?.cursor);
  if (last < 0) return;
  const told = new Map(book.pages.slice(0, last + 1).flatMap((page) => [...page.told]));
  book.pages.splice(0, last + 1);
  if (told.size === 0) return;
  look(client.world, 'I2');
  const kept = readKept(client);
  for (const [pair, { value, remoteId }] of told) {
    if (hasFollowed(kept.get(pair), value, remoteId)) continue;
    fail(client, 'I2', `the feed is noted as read to ${row?.cursor}, but ${pair} ${value} of it is not here`);
  }
}

/** What went is gone here, beside base, pending, noted as missing, or was another one of the same ends. */
function hasFollowed(row: KeptRow | undefined, value: string, remoteId: string | null): boolean {
  if (value !== 'absent') return hasKept(row, value);
  return row === undefined || hasKept(row, value) || row.missing === 1 || row.remoteId !== remoteId;
}

const halves = {
  'conflicts about nothing that is pending': `SELECT count(*) FROM conflict c WHERE decision IS NULL
    AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = c.relationship_id)`,
  'pending changes under another number than the relationship of their ends': `SELECT count(*) FROM intent i
    JOIN relationship r ON r.source_id = i.source_id AND r.target_id = i.target_id AND r.slot = i.slot
    WHERE r.id <> i.relationship_id`,
};

/** What is changed together stands together. */
export function checkHalves(client: SimClient): void {
  look(client.world, 'I2');
  for (const [what, sql] of Object.entries(halves)) {
    const found = count(client.db, sql);
    if (found > 0) fail(client, 'I2', `there are ${found} ${what}`);
  }
}

/** A wish for what the remote has lost goes on being one: the removal does not win by itself. */
export function checkWishKept(client: SimClient, pair: string, ends: RowEnds): void {
  const wish = client.book.wishes.get(pair);
  if (wish === undefined || wish.value === 'absent' || wish.takenBack) return;
  look(client.world, 'I10');
  const kept = count(
    client.db,
    'SELECT count(*) FROM intent WHERE source_id = :sourceId AND target_id = :targetId AND wanted_present = 1',
    { sourceId: ends.sourceId, targetId: ends.targetId },
  );
  if (kept === 0)
    fail(client, 'I10', `the user wants ${pair}, it went there, and nothing is pending any more`);
}

/** Entities are kept with fields that nobody here understands. */
export function checkFields(client: SimClient, entityId: number): void {
  const row = first<{ kind: string; remoteId: string; fields: string }>(
    client.db,
    'SELECT kind, remote_id AS remoteId, fields FROM entity WHERE id = :entityId',
    { entityId },
  );
  if (row === undefined || row.fields === '[]') return;
  look(client.world, 'I19');
  const told = client.book.fields.get(nameOf(client, entityId));
  if (told?.has(row.fields) === true) return;
  fail(client, 'I19', `${nameOf(client, entityId)} is kept with ${row.fields}, which the remote never told`);
}

/** What a list said, for the time when it is noted as read. */
export function noteListed(
  { book }: SimClient,
  name: string,
  ends: readonly { readonly pair: string; readonly type: string | null }[],
): void {
  book.listed.set(name, new Map(ends.map(({ pair, type }) => [pair, toValue({ type })])));
}

interface ToldEnds {
  readonly source: { readonly kind: string; readonly remoteId: string };
  readonly target: { readonly kind: string; readonly remoteId: string };
  readonly type: string | null;
  readonly remoteId: string | null;
}

/** What a page of a feed said; what it tells to be there counts, whatever else it tells gone. */
export function notePage(
  { book, world }: SimClient,
  page: {
    readonly present: readonly ToldEnds[];
    readonly removed: readonly ToldEnds[];
    readonly nextCursor: string;
  },
): void {
  const toEntry = (one: ToldEnds, value: string) =>
    [toPair(world.home, one.source, one.target), { value, remoteId: one.remoteId }] as const;
  const told = new Map([
    ...page.removed.map((one) => toEntry(one, 'absent')),
    ...page.present.map((one) => toEntry(one, toValue(one))),
  ]);
  book.pages.push({ cursor: page.nextCursor, told });
}
