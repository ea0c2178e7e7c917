import type Database from 'better-sqlite3';
import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Answer } from '../../src-preload/contract/requests.ts';
import { inTurns, type Measured, toRatio } from './figure.ts';
import { type Fixture, openBare, prepareShown } from './fixtures.ts';
import { openBackend, timeEach } from './queries.ts';

/** Entities that one page of an expansion shows. */
const SHOWN = 60;
/** The entities with most relationships. */
const HUBS = 20;
/** How often each hub is asked in a run. */
const ROUNDS = 5;
/** The most milliseconds, p95. */
const MOST_MS = 200;

/** The names of what is measured of one size. */
export function namesOfHubs(size: number): string[] {
  return ['groups-of-hub', 'expand-hub'].map((name) => `${name}-${size}`);
}

/** The counts of a hub by type and direction, and the first page of its neighbours with them. */
export async function measureHubs(fixture: Fixture, runs: number, judged: boolean): Promise<Measured[]> {
  const db = openBare(fixture.path);
  const backend = await openBackend(fixture.path);
  try {
    const bare = prepareHubs(db);
    const hubs = readHubs(db);
    const asked = Array.from({ length: ROUNDS }, () => hubs).flat();
    const groups = async (id: EntityId) => sumOf(mustAnswer(await backend.request('graph:groups', { id })));
    const expand = async (id: EntityId) => {
      const page = { groups: null, offset: 0, limit: SHOWN };
      return sumOf(mustAnswer(await backend.request('graph:expand', { id, ...page })).groups);
    };
    for (const id of hubs) {
      const sums = new Set([await groups(id), await expand(id), bare.groups(id), bare.expand(id)]);
      if (sums.size !== 1) throw new Error(`The counts of entity ${id} differ: ${[...sums].join(', ')}`);
    }
    const [nameOfGroups = '', nameOfExpand = ''] = namesOfHubs(fixture.size);
    const about = `of the ${HUBS} largest hubs, ${fixture.shape}; at most ${MOST_MS} ms, the sums equal the peer's; peer: bare statements`;
    const measure = async (weft: (id: EntityId) => Promise<unknown>, peer: (id: EntityId) => unknown) => {
      const figures = await inTurns(
        runs,
        () => timeEach(asked, async (id) => void (await weft(id))),
        () => timeEach(asked, async (id) => void peer(id)),
      );
      return { unit: 'ms', budget: judged ? toRatio(MOST_MS, figures.peers) : null, ...figures };
    };
    return [
      {
        name: nameOfGroups,
        about: `p95 of the counts by type and direction ${about}`,
        ...(await measure(groups, bare.groups)),
      },
      {
        name: nameOfExpand,
        about: `p95 of the counts and ${SHOWN} neighbours ${about}`,
        ...(await measure(expand, bare.expand)),
      },
    ];
  } finally {
    await backend.close();
    db.close();
  }
}

function mustAnswer<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('The backend refused a question');
  return result.value;
}

function sumOf(groups: Answer<'graph:groups'>): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function readHubs(db: Database.Database): EntityId[] {
  return db
    .prepare(
      `SELECT id FROM (SELECT source_id AS id FROM relationship UNION ALL SELECT target_id FROM relationship)
       GROUP BY id ORDER BY COUNT(*) DESC, id LIMIT ${HUBS}`,
    )
    .pluck()
    .all() as EntityId[]; // the column above
}

/**
 * The same as fast as we can write it, without what is pending: counts by index alone, then the first neighbours in
 * the order of either index, their rows, their counts and what leads to them.
 */
function prepareHubs(db: Database.Database) {
  const counted = db.prepare(
    `SELECT t.name AS type, 'out' AS direction, COUNT(*) AS count
     FROM relationship r LEFT JOIN relationship_type t ON t.id = r.base_type_id
     WHERE r.source_id = :id AND r.base_present = 1 GROUP BY 1
     UNION ALL
     SELECT t.name, 'in', COUNT(*) FROM relationship r LEFT JOIN relationship_type t ON t.id = r.base_type_id
     WHERE r.target_id = :id AND r.source_id <> :id AND r.base_present = 1 GROUP BY 1`,
  );
  const first = db
    .prepare(
      `SELECT id FROM (SELECT target_id AS id FROM relationship
         WHERE source_id = :id AND base_present = 1 AND target_id <> :id ORDER BY target_id LIMIT ${SHOWN})
       UNION
       SELECT id FROM (SELECT source_id AS id FROM relationship
         WHERE target_id = :id AND base_present = 1 AND source_id <> :id ORDER BY source_id LIMIT ${SHOWN})
       ORDER BY 1 LIMIT ${SHOWN}`,
    )
    .pluck();
  const { entities, counts } = prepareShown(db);
  const leading = db.prepare(
    `SELECT id, source_id, target_id FROM relationship
     WHERE source_id = :id AND base_present = 1 AND target_id IN (SELECT value FROM json_each(:ids))
     UNION ALL
     SELECT id, source_id, target_id FROM relationship
     WHERE target_id = :id AND base_present = 1 AND source_id IN (SELECT value FROM json_each(:ids))`,
  );
  const groups = (id: EntityId): number => {
    const rows = counted.all({ id }) as { count: number }[]; // the columns above
    return rows.reduce((sum, { count }) => sum + count, 0);
  };
  return {
    groups,
    expand: (id: EntityId): number => {
      const ids = JSON.stringify(first.all({ id }));
      entities.all(ids);
      counts.all(ids);
      leading.all({ id, ids });
      return groups(id);
    },
  };
}
