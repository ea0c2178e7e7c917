import { describe, expect, test } from 'vitest';
import { readEntityDetail } from '../../../src-main/backend/store/entities.ts';
import { countStopped, readIntents } from '../../../src-main/backend/store/intents.ts';
import { readOutboxPage } from '../../../src-main/backend/store/outbox.ts';
import { readRelationship, readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import type { ReadableDb } from '../../../src-main/backend/store/sql.ts';
import { saveType } from '../../../src-main/backend/store/types.ts';
import { ConnectionId, EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { readEntityPage, readNeighbourhood, readSurroundings } from '../../support/at-once.ts';
import { addConnection, addEntity, createTempWorkspace } from '../../support/workspace.ts';

interface PlanRow {
  readonly detail: string;
}

/** A handle that notes the plan of every statement that a reader prepares. */
function watchPlans(db: ReadableDb): { watched: ReadableDb; plans: string[] } {
  const plans: string[] = [];
  const watched = new Proxy(db, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property !== 'prepare') return value.bind(target) as unknown;
      return (sql: string) => {
        const names = new Set(
          [...sql.matchAll(/:(?<name>[A-Za-z]+)/g)].map((match) => match.groups?.['name'] ?? ''),
        );
        const parameters = Object.fromEntries([...names].map((name) => [name, null]));
        const rows = target.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as PlanRow[]; // SQLite's columns
        plans.push(...rows.map(({ detail }) => detail));
        return target.prepare(sql);
      };
    },
  });
  return { watched, plans };
}

function plansOf(read: (db: ReadableDb) => unknown): string[] {
  const { db } = createTempWorkspace();
  const plant = addConnection(db, 'plant');
  for (let n = 0; n < 3; n += 1) addEntity(db, plant, String(n));
  saveType(db, 'feeds');
  const { watched, plans } = watchPlans(db);
  read(watched);
  expect(plans).not.toEqual([]);
  return plans;
}

/** A scan of a whole table that grows with the workspace; one over a covering index in order is none. */
const isFullScan = (detail: string) => /^SCAN (?:e|r|l|entity|relationship|local_relationship)$/.test(detail);

const one = EntityId.parse(1);
const connection = ConnectionId.parse(1);
const page = { offset: 0, limit: 100 };
const everything = { search: '', kinds: [], connectionId: null };

const ask = (db: ReadableDb, text: string) => readEntityPage(db, { ...everything, search: text }, page);

describe('hot queries read by index', () => {
  test.each<[string, (db: ReadableDb) => unknown]>([
    ['a page of entities', (db) => readEntityPage(db, everything, page)],
    ['a page of one kind', (db) => readEntityPage(db, { ...everything, kinds: ['asset'] }, page)],
    ['a page of two kinds', (db) => readEntityPage(db, { ...everything, kinds: ['asset', 'metric'] }, page)],
    ['a search', (db) => readEntityPage(db, { ...everything, search: 'boiler' }, page)],
    ['an arrow between kinds', (db) => ask(db, 'kind:asset -[feeds]-> kind:metric')],
    ['an arrow from what words find', (db) => ask(db, 'boiler -[feeds]-> kind:metric')],
    ['an arrow to what words find', (db) => ask(db, '-[feeds]-> boiler')],
    ['an arrow of several steps', (db) => ask(db, '-[*1..3]- kind:metric')],
    ['an arrow to anything from what words find', (db) => ask(db, 'boiler -[feeds]->')],
    ['an entity', (db) => readEntityDetail(db, one)],
    ['a neighbourhood', (db) => readNeighbourhood(db, [one], 60)],
    ['relationships of one entity', (db) => readRelationshipPage(db, one, page)],
    ['the outbox', (db) => readOutboxPage(db, page)],
    ['the intents of a connection', (db) => readIntents(db, connection)],
    ['how many are parked', (db) => countStopped(db, connection, 'parked')],
  ])('%s', (_, read) => {
    expect(plansOf(read).filter(isFullScan)).toEqual([]);
  });

  test('one relationship', () => {
    const plans = plansOf((db) => {
      expect(() => readRelationship(db, RelationshipId.parse(1))).toThrow(/no relationship/);
    });
    expect(plans.filter(isFullScan)).toEqual([]);
  });

  test('pages of entities come out of the index in order, without sorting', () => {
    for (const kinds of [[], ['asset']]) {
      const plans = plansOf((db) => readEntityPage(db, { ...everything, kinds }, page));
      expect(plans.join('\n')).toMatch(/e USING COVERING INDEX entity_by_(?:name|kind)/);
    }
  });

  test.each(['source', 'target'])(
    'what is around an entity is followed by its %s in an index alone',
    (end) => {
      const plans = plansOf((db) => readSurroundings(db, [one], 2, 60));
      const byEnd = plans.filter(
        (detail) => detail.includes(`SEARCH r USING`) && detail.includes(`(${end}_id=?`),
      );
      expect(byEnd).not.toEqual([]);
      for (const detail of byEnd) expect(detail).toContain('COVERING INDEX');
    },
  );

  test.each(['out', 'in'])(
    'an arrow is walked back by the other end of each relationship: %s',
    (direction) => {
      const arrow = direction === 'out' ? '-[]->' : '<-[]-';
      const plans = plansOf((db) => ask(db, `${arrow} kind:asset`));
      const end = direction === 'out' ? 'target' : 'source';
      expect(plans.join('\n')).toMatch(
        new RegExp(`SEARCH r USING COVERING INDEX .*\\(${end}_id=\\? AND base_present=\\?`),
      );
    },
  );

  test('the outbox asks for its own relationships, not for all', () => {
    const plans = plansOf((db) => readOutboxPage(db, page));
    expect(plans.join('\n')).toContain('SEARCH r USING INTEGER PRIMARY KEY');
  });
});
