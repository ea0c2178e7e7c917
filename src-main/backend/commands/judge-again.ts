import {
  type ConnectionId,
  type EntityId,
  type EntitySummary,
  LOCAL_CONNECTION_ID,
  LOCAL_CONNECTION_NAME,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { Meaning } from '../../../src-preload/contract/type-meaning.ts';
import { judgeType, noTypeFacts, type Verdict } from '../rules/judge-relationship.ts';
import type { LinkFacts } from '../rules/link-facts.ts';
import { readEntitySummaries } from '../store/entities.ts';
import { readChangePages, type Wanted } from '../store/history.ts';
import { type PackedRelationship, readPacks } from '../store/history-packs.ts';
import { readLocalTypes } from '../store/local-relationships.ts';
import { isSamePresence, readMirror, toBase } from '../store/relationships.ts';
import type { Slices, Turns } from '../store/slices.ts';
import { readType } from '../store/types.ts';
import type { CommandContext } from './context.ts';
import { createLoadedFacts } from './loaded-facts.ts';
import { readInterpreter, readTypeIds } from './type-facts.ts';
import { readWanted, toCurrent } from './want.ts';

/** A relationship that undo, redo or a revert makes again, or gives this type again. */
interface Again {
  readonly relationshipId: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly type: string | null;
}

/** What a rule says against one of them. */
export interface Refused {
  readonly source: EntitySummary;
  readonly target: EntitySummary;
  readonly type: string | null;
  /** Whether it is there and would get its type again, rather than be made again. */
  readonly retyped: boolean;
  /** Whether the remote has it all the while: a rule forbids only what a command made of its room since. */
  readonly given: boolean;
  readonly verdict: NonNullable<Verdict>;
}

/** Whether an entry is done again, or taken back. */
export type Way = 'do' | 'take-back';

/**
 * Says what the rules refuse of the relationships that doing an entry again, or taking it back, would make or give
 * another type: all of them judged together. What it takes away or retypes stands in nobody's way as it is now; what
 * is as wanted already, and what has an end that is gone, is passed over. What the remote has all the while comes
 * first, and counts for the others whatever is said against it.
 */
export function* judgeAgain(context: CommandContext, id: number, way: Way): Slices<Refused[]> {
  const going = new Set<RelationshipId>();
  const judged = new Map<RelationshipId, How>();
  const ends = new Set<EntityId>();
  for (const { made, gone } of readParts(context, id, way)) {
    for (const relationshipId of gone) going.add(relationshipId);
    for (const { row, standing } of compareWithNow(context, made)) {
      if (standing === 'as-wanted') continue;
      going.add(row.relationshipId);
      judged.set(row.relationshipId, HOW[standing]);
      if (ends.size <= FEW) ends.add(row.sourceId).add(row.targetId);
    }
    yield { done: 0, total: 1 };
  }
  const readingOf = createReadings(context, going, ends.size <= FEW ? [...ends] : null);
  const refused: Refused[] = [];
  const judgedNow = new Set([...judged.values()].map(({ given }) => given));
  for (const now of [true, false].filter((given) => judgedNow.has(given))) {
    for (const { made } of readParts(context, id, way)) {
      const rows = made.flatMap((row) => {
        const how = judged.get(row.relationshipId);
        return how?.given === now ? [{ ...row, ...how }] : [];
      });
      refused.push(...(yield* judgeRows(context, readingOf, rows)));
      yield { done: 0, total: 1 };
    }
  }
  return refused;
}

/** How a row comes back. */
type How = Pick<Refused, 'retyped' | 'given'>;

const HOW: Readonly<Record<Exclude<Standing, 'as-wanted'>, How>> = {
  'on-remote': { retyped: false, given: true },
  absent: { retyped: false, given: false },
  'of-another-type': { retyped: true, given: false },
};

interface Part {
  readonly made: readonly Again[];
  readonly gone: readonly RelationshipId[];
}

/** Everything that an entry changed of relationships, in parts. */
function* readParts(context: CommandContext, id: number, way: Way): Generator<Part> {
  const { db } = context;
  const side = way === 'do' ? 'after' : 'before';
  for (const changes of readChangePages(db, id, way === 'do' ? 'forth' : 'back')) {
    yield {
      made: changes.flatMap(({ [side]: wanted, ...noted }) =>
        wanted.present ? [{ ...toCurrent(context, noted), type: wanted.type }] : [],
      ),
      gone: changes.flatMap((change) =>
        change[side].present ? [] : [toCurrent(context, change).relationshipId],
      ),
    };
  }
  for (const { what, rows } of readPacks(db, id, way)) {
    if (what === 'relationships') yield toPart(context, rows, way === 'do' ? 1 : 0);
  }
}

function toPart({ db }: CommandContext, rows: readonly PackedRelationship[], makes: 0 | 1): Part {
  const types = new Map(
    [...new Set(rows.map(([, , , typeId]) => typeId))].map((id) => [id, readType(db, id)]),
  );
  return {
    made: rows
      .filter((row) => row[4] === makes)
      .map(([relationshipId, sourceId, targetId, typeId]) => {
        const type = types.get(typeId) ?? null;
        return { relationshipId, connectionId: LOCAL_CONNECTION_ID, sourceId, targetId, type };
      }),
    gone: rows.filter((row) => row[4] !== makes).map(([relationshipId]) => relationshipId),
  };
}

type Reading = { readonly meaning: Meaning; readonly facts: LinkFacts } | null;

type ReadingOf = (type: string | null) => Slices<Reading>;

/** The one engine for what is made or retyped again, each with those before it. */
function* judgeRows(
  context: CommandContext,
  readingOf: ReadingOf,
  rows: readonly (Again & How)[],
): Slices<Refused[]> {
  const refused: Refused[] = [];
  const ends = readEntitySummaries(context.db, [
    ...new Set(rows.flatMap(({ sourceId, targetId }) => [sourceId, targetId])),
  ]);
  for (const row of rows) {
    const [source, target] = [ends.get(row.sourceId), ends.get(row.targetId)];
    if (source === undefined || target === undefined) continue;
    const reading = yield* readingOf(row.type);
    const verdict = judgeOne(context, row, reading, [source, target]);
    const { type, retyped, given } = row;
    if (verdict === null || given) reading?.facts.add(reading.meaning, source.id, target.id);
    if (verdict !== null) refused.push({ source, target, type, retyped, given, verdict });
  }
  return refused;
}

/** How a relationship stands now beside what it would be again. */
type Standing = 'as-wanted' | 'on-remote' | 'absent' | 'of-another-type';

function compareWithNow(
  context: CommandContext,
  rows: readonly Again[],
): { readonly row: Again; readonly standing: Standing }[] {
  const local = readLocalTypes(
    context.db,
    rows.map(({ relationshipId }) => relationshipId),
  );
  return rows.map((row) => {
    const isLocal = row.connectionId === LOCAL_CONNECTION_ID;
    const now = isLocal
      ? { present: local.has(row.relationshipId), type: local.get(row.relationshipId) ?? null }
      : readWanted(context, row);
    const base = () => (isLocal ? NOTHING : toBase(readMirror(context.db, row.relationshipId)));
    return { row, standing: toStanding({ present: true, type: row.type }, now, base) };
  });
}

const NOTHING: Wanted = { present: false, type: null };

/** What the remote has all the while is not made again: only the wish to have it otherwise goes. */
function toStanding(again: Wanted, now: Wanted, base: () => Wanted): Standing {
  if (isSamePresence(now, again)) return 'as-wanted';
  if (isSamePresence(base(), again)) return 'on-remote';
  return now.present ? 'of-another-type' : 'absent';
}

function judgeOne(
  { capabilitiesOf }: CommandContext,
  { connectionId, type }: Again,
  reading: Reading,
  [source, target]: readonly [EntitySummary, EntitySummary],
): Verdict {
  return judgeType({
    source,
    target,
    capabilities: capabilitiesOf(connectionId),
    type,
    connection: connectionId === LOCAL_CONNECTION_ID ? LOCAL_CONNECTION_NAME : source.connection,
    exists: false,
    meaning: reading?.meaning ?? null,
    facts: reading?.facts.of(reading.meaning, source.id, target.id) ?? noTypeFacts,
  });
}

/** Up to so many ends are judged by what lies around them; for more, all that is related by a type is read. */
const FEW = 2000;

/** How each type reads, and what is related by it but for what goes: loaded once a type, when a row first names it. */
function createReadings(
  { db }: CommandContext,
  going: ReadonlySet<RelationshipId>,
  ends: readonly EntityId[] | null,
): ReadingOf {
  const interpret = readInterpreter(db);
  const known = new Map<string, LinkFacts>();
  return function* read(type) {
    const meaning = interpret(type);
    if (meaning === null) return null;
    const { name, acyclic } = meaning.type;
    const before = known.get(name);
    if (before !== undefined) return { meaning, facts: before };
    const isGone = (id: RelationshipId) => going.has(id);
    const loaded = createLoadedFacts(db, readTypeIds(db, interpret, meaning), { acyclic, isGone });
    const loading = ends === null ? loaded.loadAll() : loaded.load(ends);
    if (loading !== null) yield* toSlices(loading);
    known.set(name, loaded.facts);
    return { meaning, facts: loaded.facts };
  };
}

function* toSlices(turns: Turns<void>): Slices<void> {
  while (turns.next().done !== true) yield { done: 0, total: 1 };
}

/** What the rules refuse, as a sentence that names the first and counts the others; null where they refuse nothing. */
export function describeRefused(what: string, way: Way, refused: readonly Refused[]): string | null {
  const told = tellFirst(refused);
  if (told === null) return null;
  const then = way === 'do' ? 'do the change anew' : 'take the entry back in the history';
  return `${what}: ${told} Nothing was changed. Remove what stands in its way, or change the rules of the type; then ${then}.`;
}

/** What a rule says against the first, and how many others are refused; null where none is. */
export function tellFirst(refused: readonly Refused[]): string | null {
  const [first] = refused;
  if (first === undefined) return null;
  const more = refused.length > 1 ? ` ${refused.length - 1} more are refused as well.` : '';
  return `a rule refuses that ${toWish(first)}. ${first.verdict.message}${more}`;
}

function toWish({ source, target, type, retyped }: Refused): string {
  const named = `${source.name} → ${target.name}`;
  if (retyped) return `${named} gets ${type === null ? 'no type' : `the type “${type}”`} again`;
  return `${named} is related ${type === null ? 'without a type' : `by “${type}”`} again`;
}
