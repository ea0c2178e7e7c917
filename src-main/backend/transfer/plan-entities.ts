import { type EntityField, LOCAL_CONNECTION_NAME } from '../../../src-preload/contract/model.ts';
import type { ColumnRole } from '../../../src-preload/contract/transfer-requests.ts';
import { toOwnId } from '../commands/carried.ts';
import type { CommandContext } from '../commands/context.ts';
import type { EntityRef, WantedEntity } from '../commands/import-rows.ts';
import { readConnectionNames } from '../store/connection-names.ts';
import { findByAddress } from '../store/entity-keys.ts';
import type { LocalEntity } from '../store/history-packs.ts';
import { findLocalEntity } from '../store/local-entities.ts';
import { toFieldName } from './attribute-column.ts';
import { fromCell, fromValueCell } from './cell-text.ts';
import type { Mapping } from './mapping.ts';
import { parseEntityOrigin } from './origin-column.ts';
import type { Row } from './table.ts';
import type { Judged, Settings } from './verdict.ts';

/** Plans entities of the workspace's own, and knows those that the import makes by what rows may call them. */
export interface EntityPlanner {
  readonly plan: (row: Row, mapping: Mapping, columns: readonly string[]) => Judged;
  /** The entities that the import makes and that are called so. */
  findMade(text: string): readonly EntityRef[];
  /** An entity as the import leaves it. */
  readMade(ref: EntityRef): LocalEntity | undefined;
  /** Makes an entity that only a relationship names. */
  makeNamed(text: string): EntityRef;
}

/** The most characters of a name or an id, and of a kind. */
const LONGEST = 1000;
const LONGEST_KIND = 100;

export function createEntityPlanner(
  { db }: CommandContext,
  settings: Settings,
  entities: WantedEntity[],
): EntityPlanner {
  const connections = new Set(readConnectionNames(db));
  const made: LocalEntity[] = [];
  const called = new Map<string, EntityRef[]>();
  const seen = new Set<string>();
  const make = (after: LocalEntity, address: string | null): EntityRef => {
    entities.push({ id: null, before: null, after });
    made.push(after);
    const own = `${LOCAL_CONNECTION_NAME}:${after.kind}:${after.localId}`;
    for (const name of new Set([
      own,
      after.localId,
      after.name.toLowerCase(),
      ...(address === null ? [] : [address]),
    ])) {
      called.set(name, [...(called.get(name) ?? []), -made.length]);
    }
    return -made.length;
  };
  const planLocal = (wanted: LocalEntity, address: string | null, isOwn: boolean): Judged => {
    const key = `${wanted.kind}:${wanted.localId}`;
    if (seen.has(key))
      return refuse('twice-in-file', `The ${wanted.kind} ${wanted.localId} stands in an earlier row.`);
    seen.add(key);
    const known = findLocalEntity(db, wanted.kind, wanted.localId);
    const after = known !== undefined && isOwn ? withOrigin(wanted, known.entity.origin) : wanted;
    if (known === undefined) {
      make(after, address);
      return { outcome: 'create' };
    }
    if (JSON.stringify(known.entity) === JSON.stringify(after)) return { outcome: 'unchanged' };
    entities.push({ id: known.id, before: known.entity, after });
    return { outcome: 'update' };
  };
  return {
    plan: (row, mapping, columns) => {
      const read = readEntity(row, mapping, columns, settings.kind);
      if ('outcome' in read) return read;
      const { address, connection, entity } = read;
      if (connection === null || connection === LOCAL_CONNECTION_NAME)
        return planLocal(entity, address, true);
      if (!connections.has(connection))
        return planLocal({ ...entity, localId: toOwnId(connection, entity.localId) }, address, false);
      if (address !== null && findByAddress(db, address) !== undefined) return { outcome: 'unchanged' };
      return refuse(
        'not-on-remote',
        `${connection} has no ${entity.kind} ${entity.localId}, and Weft makes none there.`,
        toColumn(mapping, columns, 'entity'),
      );
    },
    findMade: (text) => called.get(text) ?? called.get(text.toLowerCase()) ?? [],
    readMade: (ref) => (ref < 0 ? made[-ref - 1] : undefined),
    makeNamed: (text) =>
      make({ kind: settings.kind, localId: text, name: text, archived: false, fields: [] }, null),
  };
}

function refuse(code: string, message: string, column?: string): Judged {
  return { outcome: 'refused', code, message, ...(column === undefined ? {} : { column }) };
}

/** The name of the column with a part; its number where it has no name. */
export function toColumn(mapping: Mapping, columns: readonly string[], role: ColumnRole): string {
  const index = mapping.roles.indexOf(role);
  const name = mapping.header ? (columns[index] ?? '') : '';
  return name === '' ? String(index + 1) : name;
}

/** The text of the column with a part; empty where there is none. */
export function readCell(row: Row, mapping: Mapping, role: ColumnRole): string {
  const index = mapping.roles.indexOf(role);
  return index < 0 ? '' : fromCell(row.cells[index] ?? '');
}

interface ReadEntity {
  readonly address: string | null;
  readonly connection: string | null;
  readonly entity: LocalEntity;
}

/** An entity as its row says: by its written form, or by kind and id; the name serves where there is no id. */
function readEntity(
  row: Row,
  mapping: Mapping,
  columns: readonly string[],
  otherwise: string,
): ReadEntity | Judged {
  const cell = (role: ColumnRole) => readCell(row, mapping, role);
  const address = cell('entity') === '' ? null : cell('entity');
  const parts = address === null ? undefined : /^([^:]+):([^:]+):(.+)$/s.exec(address);
  if (parts === null) {
    const message = `“${address}” is not written connection:kind:id.`;
    return refuse('entity-unreadable', message, toColumn(mapping, columns, 'entity'));
  }
  const kind = parts?.[2] ?? (cell('kind').trim() === '' ? otherwise : cell('kind').trim());
  const localId = parts?.[3] ?? (cell('id') === '' ? cell('name') : cell('id'));
  const name = cell('name') === '' ? localId : cell('name');
  const fault = findFault(kind, localId, name);
  if (fault !== null)
    return refuse('entity-unreadable', fault.message, toColumn(mapping, columns, fault.role));
  const archived = cell('archived').toLowerCase() === 'true';
  const fields = readFields(row, mapping, columns);
  const connection = parts?.[1] ?? null;
  const entity = { kind, localId, name, archived, fields };
  if (cell('origin') === '') return { address, connection, entity };
  const said = parseEntityOrigin(cell('origin'));
  if (said === null) {
    const message = 'What it says of its origin cannot be read.';
    return refuse('entity-unreadable', message, toColumn(mapping, columns, 'origin'));
  }
  const { firstSeenAt, changedAt } = said;
  const { connection: from = connection ?? LOCAL_CONNECTION_NAME, remote = null, id = localId } = said;
  return {
    address,
    connection,
    entity: { ...entity, origin: { connection: from, remote, id, firstSeenAt, changedAt } },
  };
}

/** What is here already came from where it is known to. */
function withOrigin(wanted: LocalEntity, known: LocalEntity['origin']): LocalEntity {
  const { origin: _, ...entity } = wanted;
  return known === undefined ? entity : { ...entity, origin: known };
}

function findFault(
  kind: string,
  localId: string,
  name: string,
): { message: string; role: ColumnRole } | null {
  if (localId === '') return { message: 'The row has neither an id nor a name.', role: 'name' };
  if (kind.length > LONGEST_KIND || kind.includes(':') || kind === '') {
    return { message: `A kind has 1 to ${LONGEST_KIND} characters and no colon.`, role: 'kind' };
  }
  if (localId.length > LONGEST) return { message: `An id has at most ${LONGEST} characters.`, role: 'id' };
  if (name.length > LONGEST) return { message: `A name has at most ${LONGEST} characters.`, role: 'name' };
  return [kind, localId, name].some((text) => text.includes('\0'))
    ? { message: 'A name, a kind and an id hold no NUL character.', role: 'name' }
    : null;
}

/** Every filled cell of a column that is an attribute; its name is the header, without our own mark. */
function readFields(row: Row, mapping: Mapping, columns: readonly string[]): EntityField[] {
  return mapping.roles.flatMap((role, index) => {
    const value = role === 'attribute' ? fromValueCell(row.cells[index] ?? '') : undefined;
    if (value === undefined) return [];
    return [{ name: toFieldName(columns[index] ?? ''), value }];
  });
}
