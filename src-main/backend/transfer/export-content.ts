import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import type { ViewFile } from '../../../src-preload/contract/views.ts';
import type { ExportedConnection, ExportedEntity, ExportedRelationship } from '../store/export-rows.ts';
import { toAttributeColumn } from './attribute-column.ts';

type Value = ExportedEntity['fields'][number]['value'];

/** Rows as they are read: a batch is few enough for one turn, and may be empty. */
export type Batches<Row> = Iterable<readonly Row[]>;

/** What is exported: entities, and the relationships between two of them. Read while it is written, never held whole. */
export interface Content {
  readonly exportedAt: string;
  readonly query: string;
  /** The columns of all entities, in the order in which they first appear; none for JSON, which has no columns. */
  readonly columns: Columns;
  /** Each call reads them anew. */
  readonly entities: () => Batches<ExportedEntity>;
  readonly relationships: (options?: { readonly origins: boolean }) => Batches<ExportedRelationship>;
  /** What is not rows, whatever the query. */
  readonly connections: () => readonly ExportedConnection[];
  readonly types: () => readonly RelationshipType[];
  readonly views: () => Iterable<ViewFile>;
}

/** What values each column has. */
export type Columns = ReadonlyMap<string, ReadonlySet<ColumnType>>;

export type ColumnType = 'string' | 'double' | 'boolean';

/** What a value is, as a column of a graph file says it; what is nothing counts as text. */
export function toColumnType(value: Value): ColumnType {
  if (typeof value === 'number') return 'double';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

/** The fields of an entity by column; a second one of the same name has a column of its own. */
export function toColumns(entity: Pick<ExportedEntity, 'fields'>): Map<string, Value> {
  const seen = new Map<string, number>();
  return new Map(
    entity.fields.map(({ name, value }) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return [toAttributeColumn(name, count), value];
    }),
  );
}

/** Notes the columns of entities as they come by. */
export function createColumnNotes(): { readonly columns: Columns; note(entity: ExportedEntity): void } {
  const columns = new Map<string, Set<ColumnType>>();
  return {
    columns,
    note: (entity) => {
      for (const [column, value] of toColumns(entity)) {
        const types = columns.get(column);
        if (types === undefined) columns.set(column, new Set([toColumnType(value)]));
        else types.add(toColumnType(value));
      }
    },
  };
}
