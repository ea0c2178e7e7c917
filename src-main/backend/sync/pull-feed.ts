import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import { RemoteError } from '../remote/errors.ts';
import type { ChangeFeed, ChangePage, RemoteFacts, ToldRelationship } from '../remote/remote.ts';
import { findEntityRow, readEntityRow } from '../store/entities.ts';
import {
  allocateFeedSweep,
  type FeedPosition,
  findFeedPosition,
  forgetMissing,
  markTold,
  noteToldGone,
  noteUntold,
  readFeedMissing,
  readObservedMissing,
  saveFeedPosition,
} from '../store/feeds.ts';
import { noteSynced } from '../store/history-of-syncs.ts';
import {
  adoptObserved,
  findMirror,
  type MirrorRow,
  readLeftObserved,
  readMirror,
  saveObserved,
  toBase,
} from '../store/relationships.ts';
import { hastyTransaction, transaction } from '../store/sql.ts';
import { probeAll } from './ask.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { countBaseBefore } from './loss.ts';
import { assertSameIdentity } from './prove-absence.ts';
import {
  forgetHeld,
  hasRemovedEnd,
  holdBack,
  judgeMissing,
  proveMissing,
  readWished,
  removeProved,
  toBaseRemote,
} from './remove-missing.ts';
import { findEnds, settlePage, settleSeen, toRelationshipKey } from './settle-seen.ts';

/**
 * Pulls relationships by the change feed alone. Removals are judged only once the last page was applied, or a part of
 * them would pass the guard by itself; until they are applied they stay noted, whatever the cursor says.
 */
export async function pullFeed(context: SyncContext, feed: ChangeFeed): Promise<void> {
  const total = countBaseBefore(context);
  try {
    await readPages(context, feed);
  } catch (error) {
    noteFailure(context, toFailure(error));
    if (endsRun(error)) throw error;
    return;
  }
  await forgetObservedMissing(context);
  adoptLeft(context);
  await removeMissing(context, total);
}

/** What a conflict says to be there, and a whole reading left out, is asked for: no later page would tell it gone. */
async function forgetObservedMissing(context: SyncContext): Promise<void> {
  const { db, connectionId } = context;
  const rows = readObservedMissing(db, connectionId).flatMap((id) => readMirror(db, id) ?? []);
  const gone = await proveGone(context, rows);
  if (gone.length === 0) return;
  await assertSameIdentity(context);
  transaction(db, () => {
    for (const id of readObservedMissing(db, connectionId).filter((one) => gone.includes(one))) {
      forgetObserved(context, must(readMirror(db, id), 'the relationship that was just found'));
      forgetMissing(db, id);
    }
  });
}

/** What was only kept beside base, because of a wish that the user gave up since, is not told again. */
function adoptLeft(context: SyncContext): void {
  const { db, connectionId, tally } = context;
  transaction(db, () => {
    for (const id of readLeftObserved(db, connectionId)) {
      const row = must(readMirror(db, id), 'the relationship that was just found');
      adoptObserved(db, id);
      const { sourceId, targetId } = row;
      const change = { before: toBase(row), after: toBase(readMirror(db, id)) };
      const noted = { relationshipId: id, connectionId, sourceId, targetId, ...change };
      noteSynced(db, noted, false, nowOf(context));
      tally.relationships.updated += 1;
    }
    context.recordDone();
  });
}

/** How many pages wait at most until the identity was asked for again. */
const PAGES_AHEAD = 250;

/**
 * Page by page to the last one; a cursor that is not taken any more is given up once. What was read is applied only
 * once the key is known to speak for the same identity still: a cursor of someone else's would be used for ever.
 */
async function readPages(context: SyncContext, feed: ChangeFeed): Promise<void> {
  const read: ChangePage[] = [];
  let isTold = false;
  let wasLost = false;
  let isStartingOver = false;
  const apply = async () => {
    if (isTold) await assertSameIdentity(context);
    isTold = false;
    for (const page of read.splice(0)) {
      applyPage(context, readPosition(context), page, isStartingOver);
      isStartingOver = page.startsOver;
      await giveTurn(context);
    }
  };
  for (let done = 0; ; ) {
    const cursor = read.at(-1)?.nextCursor ?? readPosition(context).cursor;
    const page = await fetchPage(context, feed, cursor);
    const isError = page instanceof RemoteError;
    if (!isError) isTold ||= !isSilent(page, cursor);
    if (isError || read.push(page) === PAGES_AHEAD || !page.more) await apply();
    if (isError) {
      if (wasLost || page.kind !== 'cursor-lost') throw page;
      wasLost = true;
      startOver(context);
      continue;
    }
    done += page.present.length + page.removed.length;
    context.progress('relationships', done, null);
    if (!page.more) return;
  }
}

/** Others have their turn between two pages. Once the run is cancelled, the next one begins at the page after. */
async function giveTurn({ clock, signal }: SyncContext): Promise<void> {
  await clock.sleep(0);
  if (signal.aborted) {
    throw new RemoteError('cancelled', 'The sync was cancelled. What was applied by then was kept.');
  }
}

/** The next page, or why there is none. */
async function fetchPage(
  { signal }: SyncContext,
  feed: ChangeFeed,
  cursor: string | null,
): Promise<ChangePage | RemoteError> {
  try {
    const page = await feed.fetchChanges(cursor, signal);
    return page.more && page.nextCursor === cursor ? toStandingStill() : page;
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
}

/** A page that says nothing, as most do, needs no proof of whom it was said to. */
function isSilent({ present, removed, nextCursor }: ChangePage, cursor: string | null): boolean {
  return present.length + removed.length === 0 && nextCursor === cursor;
}

function toStandingStill(): RemoteError {
  return new RemoteError(
    'foreign-answer',
    'The remote says that there are more changes and does not go on to them. What was read so far was kept.',
  );
}

function readPosition({ db, connectionId, fingerprint }: SyncContext): FeedPosition {
  const known = findFeedPosition(db, connectionId, fingerprint);
  if (known !== undefined) return known;
  return transaction(db, () => {
    const first = { cursor: null, sweepId: allocateFeedSweep(db) };
    saveFeedPosition(db, connectionId, fingerprint, first);
    return first;
  });
}

function startOver({ db, connectionId, fingerprint, tally }: SyncContext): void {
  transaction(db, () => {
    saveFeedPosition(db, connectionId, fingerprint, { cursor: null, sweepId: allocateFeedSweep(db) });
  });
  tally.notes.push(
    'The remote no longer knew how far its changes had been read, so all relationships were read again.',
  );
}

/**
 * One page and how far it led, in one transaction. Pages that start over right after each other, in one run, are one
 * reading of everything.
 */
function applyPage(
  context: SyncContext,
  { sweepId }: FeedPosition,
  page: ChangePage,
  isStartingOver: boolean,
): void {
  const { db, connectionId, fingerprint } = context;
  const now = nowOf(context);
  hastyTransaction(db, () => {
    const isNew = page.startsOver && !isStartingOver;
    const sweep = isNew ? allocateFeedSweep(db) : sweepId;
    const told = applyPresent(context, page.present, now);
    markTold(db, [...told.keys()], sweep);
    for (const relationship of page.removed) applyRemoved(context, relationship, told);
    if (!page.more && sweep !== null) noteUntold(db, connectionId, sweep);
    saveFeedPosition(db, connectionId, fingerprint, {
      cursor: page.nextCursor,
      sweepId: page.more ? sweep : null,
    });
  });
}

/** By which ids of the remote each was told to be there. */
type ToldPresent = ReadonlyMap<RelationshipId, ReadonlySet<string | null>>;

function applyPresent(context: SyncContext, present: readonly ToldRelationship[], now: string): ToldPresent {
  const named = (end: 'source' | 'target') => present.map((facts) => facts[end]);
  const sources = findEnds(context, named('source'), now);
  const targets = findEnds(context, named('target'), now);
  const seen = present.map((facts, place) => {
    const source = must(sources[place], 'a source that was just found');
    return { ends: { source, target: must(targets[place], 'a target that was just found') }, facts };
  });
  const told = new Map<RelationshipId, Set<string | null>>();
  for (const [index, id] of settlePage(context, seen, now).entries()) {
    told.set(id, (told.get(id) ?? new Set()).add(present[index]?.remoteId ?? null));
  }
  return told;
}

/**
 * A removal is proof where it names the id that is known here. Another id means an earlier relationship of the same
 * ends; one that the same page tells to be there, or an id that is not known, is asked for.
 */
function applyRemoved(context: SyncContext, gone: ToldRelationship, told: ToldPresent): void {
  const { db, connectionId } = context;
  const source = findEntityRow(db, connectionId, gone.source.kind, gone.source.remoteId);
  const target = findEntityRow(db, connectionId, gone.target.kind, gone.target.remoteId);
  if (source === undefined || target === undefined) return;
  const row = findMirror(db, toRelationshipKey(context, { source, target }));
  if (row === undefined) return;
  if (row.observed?.present === true && told.get(row.id) === undefined) {
    forgetObserved(context, row);
    return;
  }
  if (!row.basePresent) return;
  if (row.remoteId !== null && gone.remoteId !== null && row.remoteId !== gone.remoteId) return;
  const isToldPresent = told.get(row.id)?.has(gone.remoteId) === true;
  noteToldGone(db, connectionId, row.id, row.remoteId === gone.remoteId && !isToldPresent);
}

/** What is only kept beside base is gone too: where base has it otherwise, it is asked for. */
function forgetObserved(context: SyncContext, row: MirrorRow): void {
  const { db, connectionId } = context;
  if (row.basePresent) noteToldGone(db, connectionId, row.id, false);
  else saveObserved(db, row.id, row, { present: false, type: null }, nowOf(context));
}

interface Missing extends MirrorRow {
  readonly proved: boolean;
}

async function removeMissing(context: SyncContext, total: number): Promise<void> {
  let missing = readMissing(context);
  if (missing.length === 0) {
    forgetHeld(context, null);
    return;
  }
  let wished = readWished(context, missing);
  let reason = judgeMissing(context, missing, total);
  if (reason !== null && (await isSampleThere(context, missing))) {
    missing = readMissing(context);
    wished = readWished(context, missing);
    reason = judgeMissing(context, missing, total);
  }
  const free = holdBack(context, missing, total, reason);
  const told = free.filter((row) => row.proved).map((row) => row.id);
  const unproved = free.filter((row) => !row.proved);
  const proved = await proveGone(context, unproved);
  await removeProved(context, [...told, ...proved], wished);
  forgetHeld(context, reason);
}

/** What the remote needs living ends for as proof waits until they live again. */
function readMissing(context: SyncContext): Missing[] {
  const { db, connectionId, capabilities } = context;
  return readFeedMissing(db, connectionId).flatMap(({ id, proved }) => {
    const row = readMirror(db, id);
    if (row === undefined) return [];
    const canProve = proved || capabilities.absenceProof === 'probe' || !hasRemovedEnd(context, row);
    return canProve ? [{ ...row, proved }] : [];
  });
}

const SAMPLE = 5;

/** Whether some of what would be held is there after all; then everything that is not proved is asked for. */
async function isSampleThere(context: SyncContext, missing: readonly Missing[]): Promise<boolean> {
  const unproved = missing.filter((row) => !row.proved);
  const isThere = await settleWhatIsThere(context, unproved.slice(0, SAMPLE));
  if (isThere) await settleWhatIsThere(context, unproved.slice(SAMPLE));
  return isThere;
}

async function settleWhatIsThere(context: SyncContext, rows: readonly MirrorRow[]): Promise<boolean> {
  const answers = await probeAll(
    context,
    rows.map((row) => toBaseRemote(context, row)),
  );
  const found: Found[] = [];
  for (const [index, row] of rows.entries()) {
    const has = answers[index];
    if (has instanceof RemoteError) throw has;
    if (has !== null && has !== undefined) found.push({ row, has });
  }
  await settleFound(context, found);
  return found.length > 0;
}

/** What was missing and is there after all. */
interface Found {
  readonly row: MirrorRow;
  readonly has: RemoteFacts;
}

async function proveGone(context: SyncContext, missing: readonly MirrorRow[]): Promise<RelationshipId[]> {
  const found: Found[] = [];
  const gone = await proveMissing(context, missing, (row, has) => found.push({ row, has }));
  await settleFound(context, found);
  return gone;
}

/** No later page tells again what is there, so it is believed only of the same identity still. */
async function settleFound(context: SyncContext, found: readonly Found[]): Promise<void> {
  if (found.length === 0) return;
  await assertSameIdentity(context);
  const { db } = context;
  transaction(db, () => {
    for (const { row, has } of found) {
      const [source, target] = toEnds(context, row);
      settleSeen(context, { ends: { source, target }, facts: has }, nowOf(context));
      forgetMissing(db, row.id);
    }
  });
}

function toEnds({ db }: SyncContext, row: MirrorRow) {
  return [readEntityRow(db, row.sourceId), readEntityRow(db, row.targetId)] as const;
}
