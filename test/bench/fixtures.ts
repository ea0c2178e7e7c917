import { join } from 'node:path';
import Database from 'better-sqlite3';
import { writeLargeWorkspace } from '../support/large-workspace.ts';

/** Relationships of the workspaces at which what grows is measured. */
export const SIZES = [10_000, 300_000, 1_000_000] as const;

export type Size = (typeof SIZES)[number];

/** How many are reached from one entity, in workspaces of 300,000 and more; smaller ones have the first only. */
export const REACHES = [520, 10_000];

const HUBS = 20;
const HUB_DEGREE = 5000;

/** A workspace that several benches read, none changes. */
export interface Fixture {
  readonly path: string;
  readonly size: Size;
  readonly reaches: readonly number[];
  /** Whether each relationship has a type, and the id that its remote has for it. */
  readonly isTyped: boolean;
  /** Its shape, for people. */
  readonly shape: string;
}

export interface Fixtures {
  /** Writes the workspace where nobody asked for it yet. */
  get(size: Size): Fixture;
}

/**
 * The named fixture at its sizes: seed fixed, average degree 6, one end of a relationship drawn by a power law, 20
 * hubs of 5,000 (fewer in the small ones, where the hubs have a third of all).
 */
export function createFixtures(folder: string): Fixtures {
  const made = new Map<Size, Fixture>();
  return {
    get: (size) => {
      const fixture = made.get(size) ?? writeFixture(folder, size);
      made.set(size, fixture);
      return fixture;
    },
  };
}

/** Writes one that nobody else has asked for. */
export function writeFixture(
  folder: string,
  size: Size,
  { isTyped }: { readonly isTyped: boolean } = { isTyped: false },
): Fixture {
  const path = join(folder, `fixture-${size}.weft`);
  const entities = Math.round(size / 3);
  const hubs = { count: HUBS, degree: Math.min(HUB_DEGREE, Math.floor(size / 3 / HUBS)) };
  const reaches = size >= 300_000 ? REACHES : REACHES.slice(0, 1);
  writeLargeWorkspace({ path, entities, relationships: size, hubs, reaches, isTyped });
  const shape = `${entities} entities, ${size} relationships, ${hubs.count} hubs of ${hubs.degree}${isTyped ? ', with types and remote ids' : ''}`;
  return { path, size, reaches, isTyped, shape };
}

/** A bare handle, as a peer opens it. */
export function openBare(
  path: string,
  options: { readonly readonly: boolean } = { readonly: true },
): Database.Database {
  const nativeBinding = process.env['WEFT_SQLITE_BINDING'];
  return new Database(path, { ...options, ...(nativeBinding === undefined ? {} : { nativeBinding }) });
}

/** The ends of a relationship. */
export type Edge = [sourceId: number, targetId: number];

export function readEdges(db: Database.Database): Edge[] {
  return db.prepare('SELECT source_id, target_id FROM relationship').raw().all() as Edge[]; // the columns above
}

export interface NamedEntity {
  readonly id: number;
  readonly name: string;
}

/** The entities that can be asked for, in the order in which they were written. */
export function readNames(db: Database.Database): NamedEntity[] {
  return db.prepare('SELECT id, name FROM entity ORDER BY id').all() as NamedEntity[]; // the columns above
}

/** The rows of entities that are shown and how many relationships each has, by a JSON list of ids: as a peer reads them. */
export function prepareShown(db: Database.Database): Record<'entities' | 'counts', Database.Statement> {
  return {
    entities: db.prepare(
      'SELECT id, connection_id, kind, remote_id, name, archived FROM entity WHERE id IN (SELECT value FROM json_each(?))',
    ),
    counts: db.prepare(
      `SELECT value, (SELECT COUNT(*) FROM relationship WHERE source_id = value AND base_present = 1)
       + (SELECT COUNT(*) FROM relationship WHERE target_id = value AND base_present = 1) FROM json_each(?)`,
    ),
  };
}
