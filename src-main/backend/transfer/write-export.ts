import { strToU8 } from 'fflate';
import type { ExportedEntity } from '../store/export-rows.ts';
import type { Paced } from '../traverse/pace.ts';
import { toCell, toValueCell } from './cell-text.ts';
import { TransferError } from './errors.ts';
import { type Content, toColumns } from './export-content.ts';
import type { Format } from './read-file.ts';
import { toGraphml } from './write-graphml.ts';
import { toDelimited, toXlsx, type WrittenTable } from './write-tables.ts';

/** A file to write: what is added to the name that was chosen, before its ending. */
export interface WrittenFile {
  readonly suffix: string;
  readonly bytes: Uint8Array;
}

/** The most characters that a cell of a workbook holds. */
const LONGEST_CELL = 32_767;

/** Turns what is exported into the files of a format. */
export function* toFiles(content: Content, format: Format): Paced<WrittenFile[]> {
  if (format === 'json') return [{ suffix: '', bytes: strToU8(toJson(content)) }];
  if (format === 'graphml') return [{ suffix: '', bytes: strToU8(toGraphml(content)) }];
  const tables = [toEntityTable(content.entities), toRelationshipTable(content.relationships)];
  yield;
  if (format === 'xlsx') {
    for (const table of tables) refuseLongCells(table);
    return [{ suffix: '', bytes: toXlsx(tables) }];
  }
  return tables.map((table) => ({
    suffix: `-${table.name}`,
    bytes: toDelimited(table, format === 'csv' ? ',' : '\t'),
  }));
}

function refuseLongCells({ name, rows }: WrittenTable): void {
  const row = rows.findIndex((cells) => cells.some((cell) => cell.length > LONGEST_CELL));
  if (row < 0) return;
  throw new TransferError(
    'export-failed',
    `Row ${row + 1} of ${name} has a value of more than ${LONGEST_CELL} characters, which no workbook holds. Nothing was written; export as JSON instead.`,
  );
}

function toEntityTable(entities: readonly ExportedEntity[]): WrittenTable {
  const columns = new Set<string>();
  const fields = entities.map((entity) => {
    const own = toColumns(entity);
    for (const column of own.keys()) columns.add(column);
    return own;
  });
  const names = [...columns];
  const rows = entities.map(({ address, name, kind, archived }, index) => [
    toCell(address),
    toCell(name),
    toCell(kind),
    String(archived),
    ...names.map((column) => {
      const value = fields[index]?.get(column);
      return value === undefined ? '' : toValueCell(value);
    }),
  ]);
  return { name: 'entities', rows: [['entity', 'name', 'kind', 'archived', ...names], ...rows] };
}

function toRelationshipTable(relationships: Content['relationships']): WrittenTable {
  const rows = relationships.map(({ source, target, type, connection, state }) =>
    [source.address, source.name, type ?? '', target.address, target.name, connection, state].map(toCell),
  );
  const header = ['source', 'source name', 'type', 'target', 'target name', 'connection', 'state'];
  return { name: 'relationships', rows: [header, ...rows] };
}

function toJson({ exportedAt, query, entities, relationships }: Content): string {
  const content = {
    format: 'weft-export',
    version: 1,
    exportedAt,
    filter: query,
    entities: entities.map(({ address, name, kind, archived, fields }) => {
      return { entity: address, name, kind, archived, fields };
    }),
    relationships: relationships.map(({ source, target, type, connection, state }) => {
      return { source: source.address, target: target.address, type, connection, state };
    }),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}
