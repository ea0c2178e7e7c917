import type { HopQuery, Query } from '../../src-main/backend/query/language.ts';
import { markRemoved, reindexEntity } from '../../src-main/backend/store/entities.ts';
import { away, visible } from '../../src-main/backend/store/shown.ts';
import { all, type ReadableDb, run, transaction, type WritableDb } from '../../src-main/backend/store/sql.ts';
import { saveType } from '../../src-main/backend/store/types.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { createRandom, pickNumber, pickOne } from '../servers/shared/random.ts';
import { addConnection, addEntity, createTempWorkspace, NOW } from './workspace.ts';

/** Small worlds in any state for questions about relationships, and a plain answer to compare with. */

/** What each type in use means: the type of the vocabulary, and which way it is read. By hand, from the shipped one. */
const meanings: Readonly<Record<string, readonly [name: string, way: 'forward' | 'reversed' | 'both']>> = {
  feeds: ['feeds', 'forward'],
  FEEDS: ['feeds', 'forward'],
  'is-fed-by': ['feeds', 'reversed'],
  depends_on: ['depends on', 'forward'],
  'is depended on by': ['depends on', 'reversed'],
  'connected to': ['connected to', 'both'],
  mystery: ['mystery', 'forward'],
  '← mystery': ['mystery', 'reversed'],
  '← FEEDS': ['feeds', 'reversed'],
};

/** What an arrow can name; `unheard` is in no vocabulary and at no relationship. */
export const namedTypes = [
  'feeds',
  'is fed by',
  'depends on',
  'Is_Depended_On_By',
  'connected to',
  'mystery',
  '← mystery',
  'unheard',
];
const namedMeanings: typeof meanings = {
  ...meanings,
  'is fed by': ['feeds', 'reversed'],
  'depends on': ['depends on', 'forward'],
  Is_Depended_On_By: ['depends on', 'reversed'],
  unheard: ['unheard', 'forward'],
};

export const kinds = ['pump', 'building', 'valve'];
export const names = ['alpha', 'beta', 'gamma'];
const ENTITIES = 9;

export interface HopWorld {
  readonly db: WritableDb;
  /** Puts other relationships in the place of all there are: some of everything that can lie in the tables. */
  fill(seed: number): void;
}

export function createHopWorld(): HopWorld {
  const { db } = createTempWorkspace();
  const plant = addConnection(db, 'plant');
  const site = addConnection(db, 'site');
  const typed = addConnection(db, 'typed');
  const tell = (id: number, capabilities: string) =>
    run(db, 'UPDATE connection SET capabilities = :capabilities WHERE id = :id', { id, capabilities });
  tell(site, '{"directed":false}');
  tell(typed, '{"directed":false,"typed":true}');
  for (let n = 0; n < ENTITIES; n += 1) {
    const about = { kind: kinds[n % 3] ?? '', name: names[Math.floor(n / 3)] ?? '' };
    addEntity(db, n % 4 === 3 ? site : plant, String(n), about);
  }
  const types = Object.keys(meanings).map((name) => saveType(db, name));
  run(db, "UPDATE counter SET next = 200 WHERE name = 'relationship'"); // above all that is filled in
  run(db, "INSERT INTO history (id, at, actor, label, state) VALUES (1, :now, 'user', 'x', 'done')", {
    now: NOW,
  });
  return { db, fill: (seed) => transaction(db, () => fill(db, seed, types, [plant, site, site, typed])) };
}

function fill(db: WritableDb, seed: number, types: readonly number[], connections: readonly number[]): void {
  for (const table of ['conflict', 'type_mark', 'intent', 'local_relationship', 'relationship']) {
    run(db, `DELETE FROM ${table}`);
  }
  const random = createRandom(seed);
  const often = (share: number) => random() < share;
  const type = () => (often(0.15) ? null : pickOne(random, types));
  const ends = () => ({ source: pickNumber(random, 1, ENTITIES), target: pickNumber(random, 1, ENTITIES) });
  for (const { id } of all<{ id: EntityId }>(db, away)) {
    run(db, "UPDATE entity SET presence = 'listed' WHERE id = :id", { id });
    reindexEntity(db, id);
  }
  if (often(0.4)) markRemoved(db, pickNumber(random, 1, ENTITIES) as EntityId, NOW); // numbered from 1
  const count = pickNumber(random, 0, 16);
  for (let id = 1; id <= count; id += 1) {
    const row = { id, connection: pickOne(random, connections), ...ends(), slot: pickNumber(random, 0, 2) };
    const base = { present: often(0.85) ? 1 : 0, type: type() };
    const inMirror = often(0.75);
    if (inMirror) {
      run(
        db,
        `INSERT OR IGNORE INTO relationship (id, connection_id, source_id, target_id, slot, base_present, base_type_id)
         VALUES (:id, :connection, :source, :target, :slot, :present, :type)`,
        { ...row, ...base },
      );
    }
    if (!inMirror || often(0.3)) {
      run(
        db,
        `INSERT OR IGNORE INTO intent (relationship_id, connection_id, source_id, target_id, slot, wanted_present,
           wanted_type_id, base_present, history_id, changed_at)
         VALUES (:id, :connection, :source, :target, :slot, :wanted, :wantedType, :present, 1, '')`,
        { ...row, present: base.present, wanted: often(0.6) ? 1 : 0, wantedType: type() },
      );
    }
    if (often(0.2)) {
      run(db, 'INSERT INTO type_mark VALUES (:id, :type)', { id, type: pickOne(random, types) });
    }
    if (often(0.1)) {
      run(
        db,
        "INSERT INTO conflict (relationship_id, reason, cause, sides, found_at) VALUES (:id, 'x', 'x', '{}', '')",
        { id },
      );
    }
  }
  for (let id = 101; id <= 100 + pickNumber(random, 0, 4); id += 1) {
    run(db, 'INSERT OR IGNORE INTO local_relationship VALUES (:id, :source, :target, 0, :type, :now)', {
      id,
      ...ends(),
      type: type(),
      now: NOW,
    });
  }
}

interface Entity {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
}

interface Link {
  readonly source: number;
  readonly target: number;
  readonly type: string | null;
  readonly directed: number;
  readonly typed: number;
}

/** The ids of what a query of kinds, names and arrows finds, by looking at everything. */
export function findPlainly(db: ReadableDb, query: Query): number[] {
  const entities = all<Entity>(db, "SELECT id, kind, name FROM entity WHERE presence = 'listed' ORDER BY id");
  const links = all<Link>(
    db,
    `SELECT s.source_id AS source, s.target_id AS target, t.name AS type,
       IFNULL(c.capabilities ->> 'directed', 1) AS directed, IFNULL(c.capabilities ->> 'typed', 0) AS typed
     FROM shown_relationship s JOIN connection c ON c.id = s.connection_id
     LEFT JOIN relationship_type t ON t.id = s.type_id WHERE ${visible}`,
  );
  const ids: readonly number[] = entities.map(({ id }) => id);
  const idsOf = (matches: (entity: Entity) => boolean) => entities.filter(matches).map(({ id }) => id);
  const find = (part: Query): readonly number[] => {
    switch (part.is) {
      case 'everything':
        return ids;
      case 'words':
        return idsOf(({ name }) => name === part.text);
      case 'field':
        return idsOf(({ kind }) => part.values.includes(kind));
      case 'hop':
        return findHop(part);
      case 'not': {
        const found = find(part.part);
        return ids.filter((id) => !found.includes(id));
      }
      case 'and': {
        const all = part.parts.map(find);
        return ids.filter((id) => all.every((found) => found.includes(id)));
      }
      case 'or': {
        const all = part.parts.map(find);
        return ids.filter((id) => all.some((found) => found.includes(id)));
      }
    }
  };
  const findHop = (hop: HopQuery): readonly number[] => {
    const steps = links.flatMap((link) => toSteps(link, hop));
    const before = (ends: readonly number[]) =>
      ids.filter((id) => steps.some(({ from, to }) => from === id && ends.includes(to)));
    const isAnything = hop.to.is === 'everything';
    const found = new Set<number>();
    let reached = isAnything ? before(steps.map(({ to }) => to)) : before(find(hop.to));
    for (let step = 1; step <= hop.most; step += 1) {
      for (const id of step >= hop.least ? reached : []) found.add(id);
      reached = before(reached);
    }
    return [...found];
  };
  return [...find(query)].toSorted((a, b) => a - b);
}

/** The ways in which an arrow may go over a relationship. */
function toSteps(link: Link, { direction, types }: HopQuery): { from: number; to: number }[] {
  const { source, target, type, directed, typed } = link;
  const isMarked = directed === 0 && typed === 0;
  const there = { from: source, to: target };
  const back = { from: target, to: source };
  const readings =
    types.length === 0
      ? [isMarked ? readMark(type) : readAny(type)]
      : types.map((name) => readAs(type, name));
  return readings.flatMap((reading) => {
    if (reading === null) return [];
    if (reading === 'both' || (directed === 0 && !isMarked) || direction === 'either') return [there, back];
    return (reading === 'along') === (direction === 'out') ? [there] : [back];
  });
}

function readAny(type: string | null): 'along' | 'both' {
  return type !== null && meanings[type]?.[1] === 'both' ? 'both' : 'along';
}

/** Where the ends are stored in no order, a type says which is which. */
function readMark(type: string | null): 'along' | 'against' | 'both' {
  const way = meanings[type ?? '']?.[1] ?? 'both';
  return way === 'both' ? 'both' : way === 'forward' ? 'along' : 'against';
}

/** How a relationship of a type is read under the name that an arrow has for it; null where it is another. */
function readAs(type: string | null, name: string): 'along' | 'against' | 'both' | null {
  const [of, way] = meanings[type ?? ''] ?? [];
  const [asked, wanted] = namedMeanings[name] ?? [];
  if (of === undefined || of !== asked) return null;
  if (way === 'both') return 'both';
  return way === wanted ? 'along' : 'against';
}
