import type { EntityField } from '../../../src-preload/contract/model.ts';
import type { LocalEntity } from '../store/history-packs.ts';
import type { FieldPlace } from './attribute-column.ts';

/** What one cell says of a field; undefined says that there is none. */
export interface SaidField extends FieldPlace {
  readonly value: EntityField['value'] | undefined;
}

/** What a row says of an entity. */
export interface SaidOfEntity {
  readonly kind: string;
  readonly localId: string;
  /** Null where the row does not say it: then it stays what it is. */
  readonly name: string | null;
  /** What it is called where nothing says it. */
  readonly otherwise: string;
  readonly archived: boolean | null;
  /** Of each column that is an attribute; fields that no column is for stay. */
  readonly fields: readonly SaidField[];
}

interface LaidOver {
  readonly after: LocalEntity;
  /** The names of the fields that it had and has no more. */
  readonly removed: readonly string[];
}

/** An entity as a row leaves it: what the row says laid over what is known, if anything is. */
export function layOver(
  known: LocalEntity | null,
  { kind, localId, name, otherwise, archived, fields }: SaidOfEntity,
): LaidOver {
  const said = new Map(fields.map((field) => [toKey(field), field]));
  const counts = new Map<string, number>();
  const removed: string[] = [];
  const before = (known?.fields ?? []).flatMap((field): EntityField[] => {
    const count = (counts.get(field.name) ?? 0) + 1;
    counts.set(field.name, count);
    const key = toKey({ name: field.name, count });
    const over = said.get(key);
    if (over === undefined) return [field];
    said.delete(key);
    if (over.value !== undefined) return [{ name: field.name, value: over.value }];
    removed.push(field.name);
    return [];
  });
  const added = [...said.values()].flatMap(({ name: field, value }): EntityField[] =>
    value === undefined ? [] : [{ name: field, value }],
  );
  const after = {
    kind,
    localId,
    name: name ?? known?.name ?? otherwise,
    archived: archived ?? known?.archived ?? false,
    fields: [...before, ...added],
  };
  return { after, removed };
}

function toKey({ name, count }: FieldPlace): string {
  return `${count} ${name}`;
}
