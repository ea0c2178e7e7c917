import type { ExportedEntity, ExportedRelationship } from '../store/export-rows.ts';
import { toCell, toValueCell } from './cell-text.ts';
import { type Content, toColumns } from './export-content.ts';
import type { Format } from './read-file.ts';
import { toGraphml } from './write-graphml.ts';
import { toJson } from './write-json.ts';
import { toDelimited, type WrittenTable } from './write-tables.ts';
import { toXlsx } from './write-xlsx.ts';

/** A file to write: what is added to the name that was chosen, before its ending. */
export interface PlannedFile {
  readonly suffix: string;
  readonly pieces: Iterable<Uint8Array>;
}

/** The files of a format; each reads what it needs while it is written. */
export function toFiles(content: Content, format: Format): PlannedFile[] {
  if (format === 'json') return [{ suffix: '', pieces: toJson(content) }];
  if (format === 'graphml') return [{ suffix: '', pieces: toGraphml(content) }];
  const tables = [toEntityTable(content), toRelationshipTable(content)];
  if (format === 'xlsx') return [{ suffix: '', pieces: toXlsx(tables) }];
  const delimiter = format === 'csv' ? ',' : '\t';
  return tables.map((table) => ({ suffix: `-${table.name}`, pieces: toDelimited(table, delimiter) }));
}

function toEntityTable({ columns, entities }: Content): WrittenTable {
  const names = [...columns.keys()];
  const toRow = (entity: ExportedEntity): string[] => {
    const { address, name, kind, archived } = entity;
    const fields = toColumns(entity);
    const cells = names.map((column) => {
      const value = fields.get(column);
      return value === undefined ? '' : toValueCell(value);
    });
    return [toCell(address), toCell(name), toCell(kind), String(archived), ...cells];
  };
  return {
    name: 'entities',
    header: ['entity', 'name', 'kind', 'archived', ...names],
    batches: mapBatches(entities, toRow),
  };
}

function toRelationshipTable({ relationships }: Content): WrittenTable {
  const toRow = (row: ExportedRelationship): string[] =>
    [row.source, row.sourceName, row.type ?? '', row.target, row.targetName, row.connection, row.state].map(
      toCell,
    );
  return {
    name: 'relationships',
    header: ['source', 'source name', 'type', 'target', 'target name', 'connection', 'state'],
    batches: mapBatches(relationships, toRow),
  };
}

/** Nothing is read before the first batch is asked for. */
function* mapBatches<Row>(
  read: () => Iterable<readonly Row[]>,
  toRow: (row: Row) => string[],
): Generator<readonly string[][]> {
  for (const batch of read()) yield batch.map(toRow);
}
