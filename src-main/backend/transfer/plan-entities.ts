import { LOCAL_CONNECTION_NAME } from '../../../src-preload/contract/model.ts';
import type { ColumnRole } from '../../../src-preload/contract/transfer-requests.ts';
import { toOwnId } from '../commands/carried.ts';
import type { CommandContext } from '../commands/context.ts';
import type { EntityRef, WantedEntity } from '../commands/import-rows.ts';
import { readConnectionNames } from '../store/connection-names.ts';
import { findByAddress } from '../store/entity-keys.ts';
import type { LocalEntity } from '../store/history-packs.ts';
import { findLocalEntity } from '../store/local-entities.ts';
import { toFieldPlace } from './attribute-column.ts';
import { fromCell, fromValueCell } from './cell-text.ts';
import { layOver, type SaidField, type SaidOfEntity } from './lay-over.ts';
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
  /** The workspace’s own entity that an address of a connection that is not here came to in an earlier import. */
  findTakenOver(text: string): EntityRef | undefined;
  /** Makes an entity that only a relationship names, by its name or its address; or says why there can be none. */
  makeNamed(text: string): EntityRef | Judged;
  /** How many the import makes until now, and going back to so many. */
  countMade(): number;
  forgetMade(count: number): void;
  /** Those that only relationships name. */
  listNamed(): readonly LocalEntity[];
}

interface Made {
  readonly entity: LocalEntity;
  readonly names: readonly string[];
  readonly isNamed: boolean;
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
  const made: Made[] = [];
  const called = new Map<string, EntityRef[]>();
  const seen = new Set<string>();
  const make = (entity: LocalEntity, text: string | null, isNamed: boolean): EntityRef => {
    entities.push({ id: null, before: null, after: entity });
    const own = `${LOCAL_CONNECTION_NAME}:${entity.kind}:${entity.localId}`;
    const names = [...new Set([own, entity.localId, entity.name.toLowerCase(), text ?? own])];
    made.push({ entity, names, isNamed });
    for (const name of names) called.set(name, [...(called.get(name) ?? []), -made.length]);
    return -made.length;
  };
  const planLocal = (said: SaidOfEntity, { address, origin }: ReadEntity, isOwn: boolean): Judged => {
    const { kind, localId } = said;
    const key = `${kind}:${localId}`;
    if (seen.has(key)) return refuse('twice-in-file', `The ${kind} ${localId} stands in an earlier row.`);
    seen.add(key);
    const known = findLocalEntity(db, kind, localId);
    const laid = layOver(known?.entity ?? null, said);
    const { removed } = laid;
    // what was made here keeps its own; what was taken over goes by the newest export of there
    const before = known?.entity.origin;
    const after = withOrigin(laid.after, known !== undefined && isOwn ? before : (origin ?? before));
    if (known === undefined) {
      make(after, address, false);
      return { outcome: 'create' };
    }
    if (JSON.stringify(known.entity) === JSON.stringify(after)) return { outcome: 'unchanged' };
    entities.push({ id: known.id, before: known.entity, after });
    return removed.length === 0 ? { outcome: 'update' } : toRemoval(removed);
  };
  return {
    plan: (row, mapping, columns) => {
      const read = readEntity(row, mapping, columns, settings.kind);
      if ('outcome' in read) return read;
      const { address, connection, said } = read;
      if (connection === null || connection === LOCAL_CONNECTION_NAME) return planLocal(said, read, true);
      if (!connections.has(connection))
        return planLocal({ ...said, localId: toOwnId(connection, said.localId) }, read, false);
      if (address !== null && findByAddress(db, address) !== undefined) return { outcome: 'unchanged' };
      return refuseOnRemote(connection, said.kind, said.localId, toColumn(mapping, columns, 'entity'));
    },
    findMade: (text) => called.get(text) ?? called.get(text.toLowerCase()) ?? [],
    readMade: (ref) => (ref < 0 ? made[-ref - 1]?.entity : undefined),
    findTakenOver: (text) => {
      const address = parseAddress(text);
      if (address === null) return undefined;
      const { connection, kind, localId } = address;
      if (connection === LOCAL_CONNECTION_NAME || connections.has(connection)) return undefined;
      return findLocalEntity(db, kind, toOwnId(connection, localId))?.id;
    },
    makeNamed: (text) => {
      const { connection, kind, localId } = parseAddress(text) ?? toNamed(settings.kind, text);
      const fault = findFault(kind, localId, localId);
      if (fault !== null) return refuse('entity-unreadable', fault.message);
      if (connection !== LOCAL_CONNECTION_NAME && connections.has(connection))
        return refuseOnRemote(connection, kind, localId);
      const ownId = connection === LOCAL_CONNECTION_NAME ? localId : toOwnId(connection, localId);
      return make({ kind, localId: ownId, name: localId, archived: false, fields: [] }, text, true);
    },
    countMade: () => made.length,
    forgetMade: (count) => {
      for (const { names } of made.splice(count)) {
        entities.pop();
        for (const name of names) {
          called.set(
            name,
            (called.get(name) ?? []).filter((ref) => -ref <= count),
          );
        }
      }
    },
    listNamed: () => made.filter(({ isNamed }) => isNamed).map(({ entity }) => entity),
  };
}

interface Address {
  readonly connection: string;
  readonly kind: string;
  readonly localId: string;
}

/** What is written connection:kind:id; null for any other text. */
function parseAddress(text: string): Address | null {
  const [, connection, kind, localId] = /^([^:]+):([^:]+):(.+)$/s.exec(text) ?? [];
  if (connection === undefined || kind === undefined || localId === undefined) return null;
  return { connection, kind, localId };
}

function toNamed(kind: string, text: string): Address {
  return { connection: LOCAL_CONNECTION_NAME, kind, localId: text };
}

function refuseOnRemote(connection: string, kind: string, id: string, column?: string): Judged {
  return refuse('not-on-remote', `${connection} has no ${kind} ${id}, and Weft makes none there.`, column);
}

function refuse(code: string, message: string, column?: string): Judged {
  return { outcome: 'refused', code, message, ...(column === undefined ? {} : { column }) };
}

/** A change that takes values away says which. */
function toRemoval(names: readonly string[]): Judged {
  const message = `Removes what stood in ${names.join(', ')}.`;
  return { outcome: 'update', code: 'removes-values', message, removedValues: names.length };
}

/** The name of the column with a part; its number where it has no name. */
export function toColumn(mapping: Mapping, columns: readonly string[], role: ColumnRole): string {
  return toColumnName(columns, mapping.roles.indexOf(role), mapping.header);
}

/** The name of a column, from 0; its number where it has none. */
export function toColumnName(columns: readonly string[], index: number, header: boolean): string {
  const name = header ? (columns[index] ?? '') : '';
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
  readonly said: SaidOfEntity;
  readonly origin: LocalEntity['origin'];
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
  const parts = address === null ? undefined : parseAddress(address);
  if (parts === null) {
    const message = `“${address}” is not written connection:kind:id.`;
    return refuse('entity-unreadable', message, toColumn(mapping, columns, 'entity'));
  }
  const kind = parts?.kind ?? (cell('kind').trim() === '' ? otherwise : cell('kind').trim());
  const localId = parts?.localId ?? (cell('id') === '' ? cell('name') : cell('id'));
  const name = cell('name') === '' ? null : cell('name');
  const fault = findFault(kind, localId, name ?? localId);
  if (fault !== null)
    return refuse('entity-unreadable', fault.message, toColumn(mapping, columns, fault.role));
  const archived = mapping.roles.includes('archived') ? cell('archived').toLowerCase() === 'true' : null;
  const fields = readFields(row, mapping, columns);
  const connection = parts?.connection ?? null;
  const said = { kind, localId, name, otherwise: localId, archived, fields };
  if (cell('origin') === '') return { address, connection, said, origin: undefined };
  const told = parseEntityOrigin(cell('origin'));
  if (told === null) {
    const message = 'What it says of its origin cannot be read.';
    return refuse('entity-unreadable', message, toColumn(mapping, columns, 'origin'));
  }
  const { firstSeenAt, changedAt } = told;
  const { connection: from = connection ?? LOCAL_CONNECTION_NAME, remote = null, id = localId } = told;
  return { address, connection, said, origin: { connection: from, remote, id, firstSeenAt, changedAt } };
}

function withOrigin(entity: LocalEntity, origin: LocalEntity['origin']): LocalEntity {
  return origin === undefined ? entity : { ...entity, origin };
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

/** Every cell of a column that is an attribute, an empty one too; its name is the header, without our own mark. */
function readFields(row: Row, mapping: Mapping, columns: readonly string[]): SaidField[] {
  const seen = new Map<string, number>();
  return mapping.roles.flatMap((role, index) => {
    if (role !== 'attribute') return [];
    const { name, count } = toFieldPlace(columns[index] ?? '', seen);
    return [{ name, count, value: fromValueCell(row.cells[index] ?? '') }];
  });
}
