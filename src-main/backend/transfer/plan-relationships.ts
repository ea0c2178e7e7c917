import {
  type EntityId,
  type EntitySummary,
  LOCAL_CONNECTION_ID,
  LOCAL_CONNECTION_NAME,
  type RelationshipOrigin,
  TypeName,
} from '../../../src-preload/contract/model.ts';
import type { ColumnRole } from '../../../src-preload/contract/transfer-requests.ts';
import type { Interpret, Meaning, SayFromOtherEnd } from '../../../src-preload/contract/type-meaning.ts';
import type { CommandContext } from '../commands/context.ts';
import type { EntityRef, WantedRelationship } from '../commands/import-rows.ts';
import { createLoadedFacts, type LoadedFacts } from '../commands/loaded-facts.ts';
import { isWanted, toKey } from '../commands/relate.ts';
import { readTypeIds } from '../commands/type-facts.ts';
import { judgeRelationship, noTypeFacts } from '../rules/judge-relationship.ts';
import { readEntitySummaries } from '../store/entities.ts';
import type { Turns } from '../store/slices.ts';
import { findType } from '../store/types.ts';
import type { Mapping } from './mapping.ts';
import { parseRelationshipOrigin } from './origin-column.ts';
import { type EntityPlanner, readCell, toColumn } from './plan-entities.ts';
import type { Resolve } from './resolve-keys.ts';
import type { Row } from './table.ts';
import { createTakenPlaces } from './taken-places.ts';
import type { Judged, Settings } from './verdict.ts';

interface Parts {
  /** How types read once the import is done. */
  readonly interpret: Interpret;
  readonly sayFromOtherEnd: SayFromOtherEnd;
  readonly resolve: Resolve;
  readonly entities: EntityPlanner;
  readonly relationships: WantedRelationship[];
}

/** Where something has to be read for the verdict first, that takes turns with others. */
type Planner = (row: Row, mapping: Mapping, columns: readonly string[]) => Judged | Turns<Judged>;

/** Plans relationships by the one rule engine, with what the rows before have added. */
export function createRelationshipPlanner(
  context: CommandContext,
  settings: Settings,
  parts: Parts,
): Planner {
  const ends = createEnds(context, parts.entities);
  const findEnd = createEndFinder(settings, parts);
  const factsOf = createFacts(context, parts.interpret);
  const judge = createJudge(context, ends, factsOf, parts);
  const isTypeName = remember((type: string) => TypeName.safeParse(type).success);
  const plan: Planner = (row, mapping, columns) => {
    if (readCell(row, mapping, 'state') === 'delete') {
      return { outcome: 'unchanged', code: 'to-be-deleted', message: 'It is to be deleted.' };
    }
    const found = findEnds(findEnd, row, mapping, columns);
    if ('outcome' in found) return found;
    const type = readCell(row, mapping, 'type');
    if (type !== '' && !isTypeName(type)) {
      const message = 'A relationship type has 1 to 255 characters and no NUL.';
      return {
        outcome: 'refused',
        code: 'type-too-long',
        message,
        column: toColumn(mapping, columns, 'type'),
      };
    }
    const local = settings.local || readCell(row, mapping, 'connection') === LOCAL_CONNECTION_NAME;
    const said = readCell(row, mapping, 'origin');
    const origin = said === '' ? undefined : parseRelationshipOrigin(said);
    if (origin === null) {
      const message = 'What it says of its origin cannot be read.';
      return {
        outcome: 'refused',
        code: 'origin-unreadable',
        message,
        column: toColumn(mapping, columns, 'origin'),
      };
    }
    const { source, target } = found;
    const choice = { type: type === '' ? null : type, local, origin };
    const loading = factsOf(choice.type)?.loaded.load([source, target]) ?? null;
    return loading === null
      ? judge(source, target, choice)
      : after(loading, () => judge(source, target, choice));
  };
  return (row, mapping, columns) => {
    const before = parts.entities.countMade();
    // a row that is not taken makes no ends either
    const forgetUnlessTaken = (judged: Judged): Judged => {
      if (judged.outcome !== 'create') parts.entities.forgetMade(before);
      return judged;
    };
    const planned = plan(row, mapping, columns);
    return 'outcome' in planned ? forgetUnlessTaken(planned) : after(planned, forgetUnlessTaken);
  };
}

function* after<T, U>(turns: Turns<T>, then: (value: T) => U): Turns<U> {
  return then(yield* turns);
}

/** A file names few types many times. */
function remember<Key, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(key);
    known.set(key, found);
    return found;
  };
}

type FindEnd = (text: string, row: number) => { readonly ref: EntityRef } | Judged;

function findEnds(
  findEnd: FindEnd,
  row: Row,
  mapping: Mapping,
  columns: readonly string[],
): { readonly source: EntityRef; readonly target: EntityRef } | Judged {
  const find = (role: ColumnRole) => {
    const found = findEnd(readCell(row, mapping, role), row.number);
    return 'outcome' in found ? { ...found, column: toColumn(mapping, columns, role) } : found;
  };
  const source = find('source');
  if ('outcome' in source) return source;
  const target = find('target');
  return 'outcome' in target ? target : { source: source.ref, target: target.ref };
}

/** What is in the workspace and what the import makes are candidates alike; only what is neither is made. */
function createEndFinder(settings: Settings, { resolve, entities }: Parts): FindEnd {
  const find = (text: string, row: number): { readonly ref: EntityRef } | Judged => {
    const made = entities.findMade(text);
    const found = resolve(text, row);
    const ids = found.is === 'one' ? [found.id] : found.is === 'several' ? found.ids : [];
    const refs = [...ids, ...made];
    const [ref] = refs;
    if (ref !== undefined && refs.length === 1) return { ref };
    if (ref !== undefined && made.length === 1 && isAddress(text)) return { ref: made[0] ?? ref };
    if (refs.length > 1) {
      const total = (found.is === 'several' ? found.total : ids.length) + made.length;
      const message = `“${text}” can be ${total === 2 ? 'either of 2' : `any of ${total}`} entities: choose one.`;
      const candidates = { candidates: ids, candidateCount: total };
      return { outcome: 'choice', code: 'several-entities', message, text, ...candidates };
    }
    const takenOver = entities.findTakenOver(text);
    return takenOver === undefined ? toNotFound(text) : { ref: takenOver };
  };
  return (text, row) => {
    const exactly = find(text, row);
    if (!isNotFound(exactly)) return exactly;
    const trimmed = text.trim();
    const found = trimmed === text ? exactly : find(trimmed, row);
    if (!isNotFound(found) || !settings.createMissing || trimmed === '') return found;
    const made = entities.makeNamed(isAddress(text) ? text : trimmed);
    return typeof made === 'number' ? { ref: made } : { ...made, text: trimmed };
  };
}

function toNotFound(text: string): Judged {
  const refused = { outcome: 'refused', code: 'not-found' } as const;
  if (text.trim() === '') return { ...refused, message: 'The cell is empty.' };
  return { ...refused, message: `There is no entity “${text}” in this workspace.`, text };
}

function isNotFound(found: { readonly ref: EntityRef } | Judged): boolean {
  return 'outcome' in found && found.outcome === 'refused';
}

function isAddress(text: string): boolean {
  return /^[^:]+:[^:]+:./s.test(text);
}

/** The ends as the judge sees them; those that the import makes are of `local` already. */
function createEnds(
  { db }: CommandContext,
  entities: EntityPlanner,
): (ref: EntityRef) => EntitySummary | undefined {
  const known = new Map<EntityRef, EntitySummary>();
  return (ref) => {
    const cached = known.get(ref);
    if (cached !== undefined) return cached;
    const id = ref as EntityId; // of a row, or below zero and never told outside of the plan
    const made = entities.readMade(ref);
    const found =
      made === undefined
        ? readEntitySummaries(db, [id]).get(id)
        : {
            id,
            connectionId: LOCAL_CONNECTION_ID,
            connection: LOCAL_CONNECTION_NAME,
            kind: made.kind,
            name: made.name,
            address: `${LOCAL_CONNECTION_NAME}:${made.kind}:${made.localId}`,
            archived: made.archived,
            removed: false,
          };
    // one that is not made yet may be forgotten again
    if (found !== undefined && ref > 0) known.set(ref, found);
    return found;
  };
}

type Reading = { readonly meaning: Meaning; readonly loaded: LoadedFacts } | null;

/** How each type reads, and what is related by it, as far as rows named its ends. */
function createFacts({ db }: CommandContext, interpret: Interpret): (type: string | null) => Reading {
  const readings = new Map<string | null, Reading>();
  const facts = new Map<string, LoadedFacts>();
  const read = (type: string | null): Reading => {
    const meaning = interpret(type);
    if (meaning === null) return null;
    const { name, acyclic } = meaning.type;
    const loaded = facts.get(name) ?? createLoadedFacts(db, readTypeIds(db, interpret, meaning), { acyclic });
    facts.set(name, loaded);
    return { meaning, loaded };
  };
  return (type) => {
    const known = readings.get(type);
    if (known !== undefined) return known;
    const made = read(type);
    readings.set(type, made);
    return made;
  };
}

function createJudge(
  context: CommandContext,
  endOf: (ref: EntityRef) => EntitySummary | undefined,
  factsOf: (type: string | null) => Reading,
  { relationships, sayFromOtherEnd }: Pick<Parts, 'relationships' | 'sayFromOtherEnd'>,
) {
  const taken = createTakenPlaces(relationships);
  const typeIdOf = remember((type: string) => findType(context.db, type) ?? -1);
  return (
    source: EntityRef,
    target: EntityRef,
    choice: {
      readonly type: string | null;
      readonly local: boolean;
      readonly origin: RelationshipOrigin | undefined;
    },
  ): Judged => {
    const [from, to] = [endOf(source), endOf(target)];
    if (from === undefined || to === undefined) {
      return {
        outcome: 'refused',
        code: 'not-found',
        message: 'The entity that was chosen is not in this workspace.',
      };
    }
    const key = toKey(context, from, to, choice, sayFromOtherEnd, typeIdOf);
    const { connectionId, sourceId, targetId, slot, type } = key;
    const wanted: WantedRelationship = { connectionId, source: sourceId, target: targetId, slot, type };
    const reading = factsOf(choice.type);
    const facts = reading?.loaded.facts.of(reading.meaning, source, target) ?? noTypeFacts;
    const isMade = source < 0 || target < 0;
    const isHere = connectionId === LOCAL_CONNECTION_ID;
    // what the workspace itself holds of a type is among what is related by it
    const isNew = isHere && reading !== null && !facts.related;
    const verdict = judgeRelationship({
      source: from,
      target: to,
      capabilities: context.capabilitiesOf(connectionId),
      type,
      connection: isHere ? LOCAL_CONNECTION_NAME : from.connection,
      exists: !isNew && (taken.has(wanted) || (!isMade && isWanted(context, key))),
      meaning: reading?.meaning ?? null,
      facts,
    });
    if (verdict !== null) {
      return { outcome: verdict.code === 'already-related' ? 'unchanged' : 'refused', ...verdict };
    }
    reading?.loaded.facts.add(reading.meaning, source, target);
    relationships.push(choice.origin === undefined ? wanted : { ...wanted, origin: choice.origin });
    return created;
  };
}

const created: Judged = { outcome: 'create' };
