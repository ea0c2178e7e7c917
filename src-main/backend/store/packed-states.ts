import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { EntityChange, LocalEntity, PackedRelationship } from './history-packs.ts';
import { type PackHead, readPackHeads } from './pack-steps.ts';
import type { Slices } from './slices.ts';
import { first, type ReadableDb } from './sql.ts';

/**
 * What packed rows were before the first step after a place in the history. Only the packs that a window of ids lies in
 * are unpacked; one that made all its ids says so without.
 */

/** Ids of one window: few enough to be read in some milliseconds. */
export const WINDOW = 1000;

/** The ids after `low` up to `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The window of a number. */
export function toRange(window: number): Range {
  return { low: window * WINDOW, high: (window + 1) * WINDOW };
}

/** Id, source, target, type, presence and step. */
export type RelationshipState = readonly [
  id: RelationshipId,
  sourceId: EntityId,
  targetId: EntityId,
  typeId: number | null,
  present: 0 | 1,
  step: number,
];

/** Id, the state as JSON like that of `history_entity` (null where it was not there), and step. */
export type EntityState = readonly [id: EntityId, state: string | null, step: number];

/** Ids of which a step says no more than that they were not there before: from the first to the last. */
type Absent = readonly [firstId: number, lastId: number, step: number];

/** What is known of some ids. */
export interface Known<State> {
  readonly states: readonly State[];
  readonly absent: readonly Absent[];
}

/** Whether all ids of a range were not there before one step. */
export function isAllAbsent({ states, absent }: Known<unknown>, { low, high }: Range): boolean {
  const [run] = absent;
  return states.length === 0 && absent.length === 1 && run?.[0] === low + 1 && run[1] === high;
}

/** Whether no packed row is known of. */
export function isNothing({ states, absent }: Known<unknown>): boolean {
  return states.length === 0 && absent.length === 0;
}

/** Packed rows of one kind by windows of their ids. */
export interface PackedStates<State> {
  readonly in: (window: number) => Known<State>;
  readonly of: (ids: readonly number[]) => Known<State>;
}

/**
 * The ids that were not there as a table for a WITH clause: columns id, last and step, told as `Absent[]` by the parameter
 * of its name. A number out of an array is read anew from its text each time, so that there is one array a run of ids.
 */
export const absentTable = (name: string) => `${name}(id, last, step) AS (
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(:${name})
  UNION ALL SELECT id + 1, last, step FROM ${name} WHERE id < last)`;

/** The local relationships that were packed. */
export function createRelationshipStates(db: ReadableDb, after: number): PackedStates<RelationshipState> {
  return createStates(db, readPackHeads(db, 'relationships', after), {
    idOf: ([id]: PackedRelationship) => id,
    toState: toRelationshipState,
  });
}

/** The entities of the workspace’s own that were packed. */
export function createEntityStates(db: ReadableDb, after: number): PackedStates<EntityState> {
  return createStates(db, readPackHeads(db, 'entities', after), {
    idOf: ({ id }: EntityChange) => id,
    toState: ({ id, before, after: then }, { does, step }) => [
      id,
      toStateText(does === 1 ? before : then),
      step,
    ],
  });
}

/** What relationships of one entity were; found by its id in the text of the packs before any of it is unpacked. */
export function* readStatesOfEntity(
  db: ReadableDb,
  after: number,
  entityId: EntityId,
): Slices<Map<RelationshipId, RelationshipState>> {
  const heads = readPackHeads(db, 'relationships', after);
  const found = new Map<RelationshipId, RelationshipState>();
  for (const [done, head] of heads.entries()) {
    const rows = readPack<PackedRelationship>(db, head, `,${entityId},`);
    for (const row of rows) {
      const [id, source, target] = row;
      if ((source !== entityId && target !== entityId) || found.has(id)) continue;
      found.set(id, toRelationshipState(row, head));
    }
    if (rows.length > 0 || done % PACKS_PER_SLICE === 0) yield { done, total: heads.length };
  }
  return found;
}

const PACKS_PER_SLICE = 50;

function toRelationshipState(
  [id, source, target, typeId, made]: PackedRelationship,
  { does, step }: PackHead,
): RelationshipState {
  return [id, source, target, typeId, does === made ? 0 : 1, step];
}

function toStateText(was: LocalEntity | null): string | null {
  if (was === null) return null;
  const { name, archived, fields } = was;
  return JSON.stringify({ name, archived: archived ? 1 : 0, presence: 'listed', fields });
}

interface Form<Row, State> {
  readonly idOf: (row: Row) => number;
  readonly toState: (row: Row, head: PackHead) => State;
}

function createStates<Row, State>(
  db: ReadableDb,
  heads: readonly PackHead[],
  form: Form<Row, State>,
): PackedStates<State> {
  const byWindow = groupByWindow(heads);
  const read = (
    candidates: readonly PackHead[],
    isWanted: (id: number) => boolean,
    { low, high }: Range,
  ): Known<State> => {
    const seen = new Set<number>();
    const isNew = (id: number) => !seen.has(id) && isWanted(id);
    const states: State[] = [];
    const absent: [firstId: number, lastId: number, step: number][] = [];
    for (const head of candidates) {
      if (madeAll(head)) {
        const ids = toIds(Math.max(head.fromId, low + 1), Math.min(head.toId, high)).filter(isNew);
        for (const id of ids) seen.add(id);
        addRuns(absent, ids, head.step);
        continue;
      }
      for (const row of readPack<Row>(db, head)) {
        const id = form.idOf(row);
        if (id <= low || id > high || !isNew(id)) continue;
        seen.add(id);
        states.push(form.toState(row, head));
      }
    }
    return { states, absent };
  };
  let last: { readonly window: number; readonly known: Known<State> } | null = null;
  return {
    in: (window) => {
      // a window is counted, read and compared one after the other
      if (last?.window !== window) {
        last = { window, known: read(byWindow.get(window) ?? [], () => true, toRange(window)) };
      }
      return last.known;
    },
    of: (ids) => {
      const wanted = new Set(ids);
      const windows = [...new Set(ids.map(toWindow))];
      const candidates = new Set(windows.flatMap((window) => byWindow.get(window) ?? []));
      const concerned = [...candidates]
        .filter(({ fromId, toId }) => ids.some((id) => id >= fromId && id <= toId))
        .toSorted((a, b) => a.step - b.step || a.position - b.position);
      return read(concerned, (id) => wanted.has(id), { low: 0, high: Number.MAX_SAFE_INTEGER });
    },
  };
}

function toIds(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Adds ids in their order as runs without a gap; packs of one step that follow each other are one. */
function addRuns(
  runs: [firstId: number, lastId: number, step: number][],
  ids: readonly number[],
  step: number,
): void {
  for (const id of ids) {
    const run = runs.at(-1);
    if (run?.[1] === id - 1 && run[2] === step) run[1] = id;
    else runs.push([id, id, step]);
  }
}

const toWindow = (id: number) => Math.floor((id - 1) / WINDOW);

/** Whether the ids of the pack are all those from the first to the last, and none of them was there before. */
function madeAll({ does, rowCount, madeCount, fromId, toId }: PackHead): boolean {
  return does === 1 && madeCount === rowCount && toId - fromId + 1 === rowCount;
}

function groupByWindow(heads: readonly PackHead[]): Map<number, PackHead[]> {
  const groups = new Map<number, PackHead[]>();
  for (const head of heads) {
    for (let window = toWindow(head.fromId); window <= toWindow(head.toId); window += 1) {
      const group = groups.get(window);
      if (group === undefined) groups.set(window, [head]);
      else group.push(head);
    }
  }
  return groups;
}

/** The rows of a pack; none where its text does not hold `text`. */
function readPack<Row>(db: ReadableDb, { entry, position }: PackHead, text = ''): Row[] {
  const pack = first<{ body: string }>(
    db,
    `SELECT body FROM history_pack WHERE history_id = :entry AND position = :position
       AND (:text = '' OR instr(body, :text) > 0)`,
    { entry, position, text },
  );
  return pack === undefined ? [] : JSON.parse(pack.body); // written by savePack only
}
