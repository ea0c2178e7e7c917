/** What the header of a field of an entity begins with, so that no field is taken for a name or a kind. */
const PREFIX = 'attr:';

/** The column of a field: attr:serial, and attr:serial#2 for the second of that name. */
export function toAttributeColumn(name: string, count: number): string {
  return count === 1 && !/#\d+$/.test(name) ? `${PREFIX}${name}` : `${PREFIX}${name}#${count}`;
}

export function isAttributeColumn(column: string): boolean {
  return column.startsWith(PREFIX);
}

/** The name of the field; a column without our own mark is its name. */
export function toFieldName(column: string): string {
  return isAttributeColumn(column) ? column.slice(PREFIX.length).replace(/#\d+$/, '') : column;
}
