import { fromCell } from './cell-text.ts';

/** What the header of a field of an entity begins with, so that no field is taken for a name or a kind. */
const PREFIX = 'attr:';

/** The column of a field: attr:serial, and attr:serial#2 for the second of that name. */
export function toAttributeColumn(name: string, count: number): string {
  return count === 1 && !/#\d+$/.test(name) ? `${PREFIX}${name}` : `${PREFIX}${name}#${count}`;
}

export function isAttributeColumn(column: string): boolean {
  return column.startsWith(PREFIX);
}

/** Which field a column is: its name, and the how manyth of that name it is. */
export interface FieldPlace {
  readonly name: string;
  /** From 1. */
  readonly count: number;
}

/** Of a column without our own mark the header is the name; `seen` counts those of one table that are called alike. */
export function toFieldPlace(column: string, seen: Map<string, number>): FieldPlace {
  if (isAttributeColumn(column)) {
    const [, name = '', count = '1'] = /^(.*?)(?:#(\d+))?$/s.exec(column.slice(PREFIX.length)) ?? [];
    return { name, count: Number(count) };
  }
  const name = fromCell(column);
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return { name, count };
}
