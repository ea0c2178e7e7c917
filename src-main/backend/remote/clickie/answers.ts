import { z } from 'zod';
import type { EntityField } from '../../../../src-preload/contract/model.ts';
import { RemoteError } from '../errors.ts';
import type { Direction, EntityRef, NamedEnd, RemoteEntity } from '../remote.ts';
import { type ClickieKind, toKind } from './kinds.ts';

const Envelope = z.looseObject({ data: z.unknown() });
const MAX_FIELDS = 200;
const MAX_FIELD_LENGTH = 20_000;

/** What an answer carries: the envelope's data since v4.3.5, the bare value before it and on some routes still. */
export function unwrap(body: unknown): unknown {
  const envelope = Envelope.safeParse(body);
  return envelope.success && 'data' in envelope.data ? envelope.data.data : body;
}

/** Whether a 4xx was written by Clickie: an envelope, or FastAPI's `detail` before v4.3.5. */
export function isClickieRefusal(body: unknown): boolean {
  return z
    .union([z.looseObject({ status: z.string() }), z.looseObject({ detail: z.unknown() })])
    .safeParse(body).success;
}

function foreign(call: string, what: string, cause?: unknown): RemoteError {
  return new RemoteError('foreign-answer', `Clickie, ${call}: ${what}. Nothing was changed.`, { cause });
}

/** One page of a list. */
export function parseRows(body: unknown, call: string): readonly unknown[] {
  const rows = unwrap(body);
  if (!Array.isArray(rows)) throw foreign(call, 'the answer holds no list');
  return rows;
}

export function parseEntity(
  kind: ClickieKind,
  raw: unknown,
  archivedPass: boolean,
  call: string,
): RemoteEntity {
  const row = kind.row.safeParse(raw);
  if (!row.success) {
    const issue = row.error.issues[0];
    throw foreign(
      call,
      `a row cannot be read (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
      row.error,
    );
  }
  const { id, lookupId, name, archived } = row.data;
  return {
    kind: kind.kind,
    remoteId: String(id),
    lookupId,
    name: name === null || name.trim() === '' ? `${kind.kind} ${id}` : name,
    archived: archived ?? archivedPass,
    fields: toFields(raw),
  };
}

/** Every field as it came, bounded; nested values as JSON text. */
function toFields(raw: unknown): EntityField[] {
  if (typeof raw !== 'object' || raw === null) return [];
  return Object.entries(raw)
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => ({ name, value: toFieldValue(value) }));
}

function toFieldValue(value: unknown): EntityField['value'] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_FIELD_LENGTH);
}

const EdgeRow = z.looseObject({
  id_child: z.int().nonnegative().optional(),
  child_type: z.string().min(1).max(100).optional(),
  id_parent: z.int().nonnegative().optional(),
  parent_type: z.string().min(1).max(100).optional(),
});

/**
 * The other end that a relationship row names. Only `direction=child` is documented; for `direction=parent`
 * a row may name the parent, the child or both. A row that leaves the other end open fails the whole page.
 */
export function parseOtherEnd(raw: unknown, of: EntityRef, direction: Direction, call: string): NamedEnd {
  const row = EdgeRow.safeParse(raw);
  if (!row.success) throw foreign(call, 'a relationship cannot be read', row.error);
  const child = toEnd(row.data.child_type, row.data.id_child);
  const parent = toEnd(row.data.parent_type, row.data.id_parent);
  const end = direction === 'outgoing' ? child : (parent ?? (isSame(child, of) ? undefined : child));
  if (end === undefined) throw foreign(call, 'a relationship does not name its other end');
  return end;
}

function toEnd(type: string | undefined, id: number | undefined): NamedEnd | undefined {
  return type === undefined || id === undefined ? undefined : { kind: toKind(type), remoteId: String(id) };
}

function isSame(end: NamedEnd | undefined, of: EntityRef): boolean {
  return end?.kind === of.kind && end.remoteId === of.remoteId;
}

const EdgeEnds = z.looseObject({ id_parent: z.int(), id_child: z.int() });

/** Whether an answer shows the very relationship that was asked for: both ends are named and are the right ones. */
export function isAbout(body: unknown, parentId: string, childId: string): boolean {
  if (isError(body)) return false;
  const ends = EdgeEnds.safeParse(unwrap(body));
  return ends.success && String(ends.data.id_parent) === parentId && String(ends.data.id_child) === childId;
}

/** Some servers tell an error with a status below 300. */
export function isError(body: unknown): boolean {
  return z.looseObject({ status: z.literal('error') }).safeParse(body).success;
}

const Clearance = z.looseObject({
  id_clearance: z.int(),
  clearance_code: z.string().nullish(),
  clearance_description: z.string().nullish(),
  id_user: z.int().nullish(),
});

/** Who a key speaks for: `GET /clearances/me` tells the clearance; some servers the user as well. */
export function parseClearance(body: unknown, call: string): z.infer<typeof Clearance> {
  const clearance = Clearance.safeParse(unwrap(body));
  if (!clearance.success)
    throw foreign(call, 'the answer is not a clearance, so this is not Clickie', clearance.error);
  return clearance.data;
}

/** The account that `GET /accounts/{id_account}` tells of, if it can be read there. */
export function findAccountId(body: unknown): number | undefined {
  return z.looseObject({ id_account: z.int() }).safeParse(unwrap(body)).data?.id_account;
}
