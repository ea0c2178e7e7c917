import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import type { RemoteFacts } from '../remote/remote.ts';
import { noteAllAdded } from '../store/history-of-syncs.ts';
import { findAllKnown, type Known, saveNewBase } from '../store/mirror-pages.ts';
import { toFlagBits } from '../store/relationship-flags.ts';
import { allocateRelationshipIds, findMirror, type RelationshipKey } from '../store/relationships.ts';
import type { WritableDb } from '../store/sql.ts';
import { type Settled, settle } from './settle.ts';

/** A relationship that the remote was proved to have. */
export interface Told {
  readonly key: RelationshipKey;
  readonly facts: RemoteFacts;
}

/** What became of one of them. */
export interface SettledOne {
  readonly id: RelationshipId;
  readonly outcome: Settled;
}

/**
 * Settles all of a page, inside the caller's transaction: what `settle` does one by one. What nobody knew or wished
 * needs no plan and is written many at a time; what is known to be just so needs nothing. Answers in the page's order.
 */
export function settleAll(db: WritableDb, page: readonly Told[], now: string): SettledOne[] {
  const settled = Array.from<SettledOne>({ length: page.length });
  const fresh: { readonly place: number; readonly told: Told }[] = [];
  const addFresh = () => {
    const added = fresh.splice(0);
    const all = added.map(({ told }) => told);
    for (const [n, id] of addAll(db, all, now).entries()) {
      settled[must(added[n], 'a new relationship').place] = { id, outcome: 'added' };
    }
  };
  const keys = page.map(({ key }) => key);
  const before = findAllKnown(db, keys);
  const touched = new Set<string>();
  for (const [place, told] of page.entries()) {
    const text = `${told.key.sourceId}:${told.key.targetId}:${told.key.slot}`;
    const known = before.get(place);
    const isAgain = touched.has(text);
    if (!isAgain && known !== undefined && isJustSo(known, told.facts)) {
      settled[place] = { id: known.id, outcome: 'unchanged' };
      continue;
    }
    touched.add(text);
    if (!isAgain && known === undefined) {
      fresh.push({ place, told });
    } else {
      addFresh(); // ids are given out in the order of the page
      settled[place] = settleOne(db, told, now);
    }
  }
  addFresh();
  return settled;
}

/** Base has it as it was told, and nobody wishes or was told otherwise. */
function isJustSo({ plain }: Known, { type, remoteId, flags }: RemoteFacts): boolean {
  return (
    plain !== null &&
    plain.type === type &&
    plain.remoteId === remoteId &&
    plain.flags === toFlagBits(flags ?? [])
  );
}

function settleOne(db: WritableDb, { key, facts }: Told, now: string): SettledOne {
  const outcome = settle(db, key, facts, now);
  return { id: must(findMirror(db, key), 'a relationship that was just settled').id, outcome };
}

/** Relationships that no mirror row or intent names yet. */
function addAll(db: WritableDb, added: readonly Told[], now: string): RelationshipId[] {
  const [one] = added;
  if (one === undefined) return [];
  const first = allocateRelationshipIds(db, added.length);
  const rows = added.map(({ key, facts }, n) => ({
    ...key,
    id: (first + n) as RelationshipId, // one of those just allocated
    type: facts.type,
    remoteId: facts.remoteId,
    flags: facts.flags ?? [],
  }));
  saveNewBase(db, rows, now);
  noteAllAdded(db, one.key.connectionId, rows, now);
  return rows.map(({ id }) => id);
}
