import { EntityOrigin, RelationshipOrigin } from '../../../src-preload/contract/model.ts';
import type { Sheet } from './table.ts';

/** The column in which our own JSON says where a row came from. */
const COLUMN = 'origin';

/** An entity's, as files of before have it too: what they leave out stands in the entity's written form. */
const EntityCell = EntityOrigin.partial({ connection: true, remote: true, id: true });
export type EntityCell = ReturnType<typeof EntityCell.parse>;

/** Null where the text says no origin of an entity. */
export function parseEntityOrigin(text: string): EntityCell | null {
  return parse(EntityCell, text);
}

/** Null where the text says no origin of a relationship. */
export function parseRelationshipOrigin(text: string): RelationshipOrigin | null {
  return parse(RelationshipOrigin, text);
}

function parse<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  text: string,
): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The column that says origins, told from one that only is called so; -1 where there is none. */
export function findOriginColumn({ columns, rows }: Sheet): number {
  const index = columns.indexOf(COLUMN);
  const text = index < 0 ? undefined : rows.find(({ cells }) => (cells[index] ?? '') !== '')?.cells[index];
  const isOrigin = text !== undefined && (parseEntityOrigin(text) ?? parseRelationshipOrigin(text)) !== null;
  return isOrigin ? index : -1;
}
