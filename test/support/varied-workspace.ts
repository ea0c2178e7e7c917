import { saveConnection } from '../../src-main/backend/store/connections.ts';
import { saveEntity } from '../../src-main/backend/store/entities.ts';
import { allocateRelationshipId, saveBase } from '../../src-main/backend/store/relationships.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import { createTypeIds } from '../../src-main/backend/store/types.ts';
import type { ConnectionId, EntityField, EntityId } from '../../src-preload/contract/model.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { createTempWorkspace, NOW } from './workspace.ts';

/** Texts that some format would take for something else. */
export const nasty = [
  '=1+1',
  '+49 30',
  '-5',
  '@home',
  "'quoted",
  "'=hidden",
  '"quoted"',
  'line\nbreak',
  'line\r\nbreak',
  'tab\there',
  'a,b;c',
  'Ölpumpe 🛢️ 泵',
  '<tag attr="x">&amp;',
  '_x0041_',
  'bell \u0007',
  'null',
  'true',
  '007',
  '1e3',
  '12',
  '  spaced  ',
  '#REF!',
];

export const values: readonly EntityField['value'][] = [...nasty, '', 0, -5, 1.5, 1e21, true, false, null];

/** Some fields, one of them twice. */
export function drawFields(random: () => number): EntityField[] {
  return ['serial', 'note', 'note', '@odd#2', 'name', 'origin'].flatMap((name) =>
    random() < 0.5 ? [{ name, value: pickOne(random, values) }] : [],
  );
}

/** A type as people write it; what has spaces around it is no name. */
export function drawType(random: () => number): string | null {
  return pickOne(random, [null, ...nasty.filter((text) => text !== '  spaced  ')]);
}

/**
 * A workspace with two connections as pulls leave them, made with a seed: one without types, one with types that people
 * wrote. Answers with its path.
 */
export function makeVariedWorkspace(seed: number): string {
  const random = createRandom(seed);
  const { db, path, close } = createTempWorkspace();
  const access = {
    url: 'http://127.0.0.1:1/v4',
    scope: '1',
    secretReference: 'env:KEY',
    rate: 200,
    now: NOW,
  };
  const plant = saveConnection(db, { name: 'plant', remote: 'clickie', identity: 'one', ...access });
  const fleet = saveConnection(db, { name: 'fleet', remote: 'algapsa', identity: 'two', ...access });
  relateSome(db, plant, listSome(db, plant, random), random, () => null);
  relateSome(db, fleet, listSome(db, fleet, random), random, () => drawType(random));
  close();
  return path;
}

function listSome(db: WritableDb, connectionId: ConnectionId, random: () => number): EntityId[] {
  return Array.from({ length: 3 + Math.floor(random() * 4) }, (_, index) => {
    const remoteId = `${pickOne(random, nasty)}:${index}`;
    const name = `${pickOne(random, nasty)} ${index}`;
    const entity = { kind: 'asset', remoteId, lookupId: remoteId, name, fields: drawFields(random) };
    return saveEntity(db, connectionId, { ...entity, archived: random() < 0.2 }, NOW).id;
  });
}

function relateSome(
  db: WritableDb,
  connectionId: ConnectionId,
  ids: readonly EntityId[],
  random: () => number,
  toType: () => string | null,
): void {
  const toTypeId = createTypeIds(db);
  const seen = new Set<string>();
  for (let index = 0; index < ids.length * 2; index += 1) {
    const [sourceId, targetId, type] = [pickOne(random, ids), pickOne(random, ids), toType()];
    const pair = [sourceId, targetId].toSorted((a, b) => a - b).join();
    if (sourceId === targetId || seen.has(pair)) continue;
    seen.add(pair);
    const slot = toTypeId(type) ?? 0;
    const base = { present: true, type, remoteId: `edge:${index}`, flags: [] };
    saveBase(db, allocateRelationshipId(db), { connectionId, sourceId, targetId, slot }, base, NOW);
  }
}
