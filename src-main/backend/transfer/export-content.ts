import type { ExportedEntity, ExportedRelationship } from '../store/export-rows.ts';
import { toAttributeColumn } from './attribute-column.ts';

/** What is exported: entities, and the relationships between two of them. */
export interface Content {
  readonly exportedAt: string;
  readonly query: string;
  readonly entities: readonly ExportedEntity[];
  readonly relationships: readonly (ExportedRelationship & Ends)[];
}

interface Ends {
  readonly source: ExportedEntity;
  readonly target: ExportedEntity;
}

/** The fields of an entity by column; a second one of the same name has a column of its own. */
export function toColumns(entity: ExportedEntity): Map<string, ExportedEntity['fields'][number]['value']> {
  const seen = new Map<string, number>();
  return new Map(
    entity.fields.map(({ name, value }) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return [toAttributeColumn(name, count), value];
    }),
  );
}
