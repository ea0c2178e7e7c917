import { z } from 'zod';
import type { EntityField } from '../../../../src-preload/contract/model.ts';
import { RemoteError } from '../errors.ts';
import { toMadeAt } from '../moment.ts';
import type { RemoteEntity } from '../remote.ts';

const MAX_FIELDS = 200;
const MAX_FIELD_LENGTH = 20_000;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Ids are compared in lower case: a path in capitals makes the server mistake the ends of a relationship. */
const Uuid = z.string().toLowerCase().regex(uuid);

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** The server's errors come as `{error: text}`, `{error: {code, message}}`, with `success: false` or without. */
const Refusal = z.looseObject({
  error: z.union([z.string(), z.looseObject({ code: z.string().optional(), message: z.string() })]),
});

/** Whether an answer was written by AlgaPSA to say no. */
export function isRefusal(body: unknown): boolean {
  return Refusal.safeParse(body).success;
}

/** Whether a fault is that of a server whose database lacks what the operation needs: it will never succeed there. */
export function isMisconfigured(error: unknown): boolean {
  return toFaultCode(error) === 'INTERNAL_CONFIGURATION';
}

/** Whether a fault is one for which the server itself has no better word (releases up to 1.4.0 know no other). */
export function isPlainFault(error: unknown): boolean {
  return toFaultCode(error) === 'INTERNAL_ERROR';
}

function toFaultCode(error: unknown): string | undefined {
  if (!(error instanceof RemoteError) || error.kind !== 'server-fault') return undefined;
  const refusal = Refusal.safeParse(error.answer);
  if (!refusal.success || typeof refusal.data.error === 'string') return undefined;
  return refusal.data.error.code;
}

export function foreign(call: string, what: string, cause?: unknown): RemoteError {
  return new RemoteError('foreign-answer', `AlgaPSA, ${call}: ${what}. Nothing was changed.`, { cause });
}

const Envelope = z.looseObject({ success: z.literal(true), data: z.unknown() });

/** The `data` of a success; a success without it (as `200 {}` of releases before 1.2) is none. */
function unwrap(body: unknown, call: string): unknown {
  const envelope = Envelope.safeParse(body);
  if (!envelope.success)
    throw foreign(call, 'the answer has no data, so this is not an AlgaPSA that Weft knows');
  return envelope.data.data;
}

export function parseRows(body: unknown, call: string): readonly unknown[] {
  const rows = unwrap(body, call);
  if (!Array.isArray(rows)) throw foreign(call, 'the answer holds no list');
  return rows;
}

const AssetRow = z.looseObject({ asset_id: Uuid, name: z.string().nullish(), tenant: Uuid });

/** An asset with the tenant that it belongs to. */
export interface ParsedAsset {
  readonly tenant: string;
  readonly entity: RemoteEntity;
}

export function parseAsset(raw: unknown, call: string): ParsedAsset {
  const row = AssetRow.safeParse(raw);
  if (!row.success) throw foreign(call, 'an asset cannot be read', row.error);
  const { asset_id: id, name, tenant } = row.data;
  const shown = name === undefined || name === null || name.trim() === '' ? `asset ${id}` : name;
  const entity = { kind: 'asset', remoteId: id, lookupId: id, name: shown, archived: false };
  return { tenant, entity: { ...entity, fields: toFields(raw) } };
}

/** Every field as it came, bounded; nested values as JSON text. */
function toFields(raw: unknown): EntityField[] {
  if (typeof raw !== 'object' || raw === null) return [];
  return Object.entries(raw)
    .filter(([name]) => name !== '_links' && name !== 'tenant')
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => ({ name, value: toFieldValue(value) }));
}

function toFieldValue(value: unknown): EntityField['value'] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_FIELD_LENGTH);
}

/** The asset that `GET /assets/{id}` tells of, if it tells of one. */
export function findAsset(body: unknown, call: string): ParsedAsset | undefined {
  const envelope = Envelope.safeParse(body);
  return envelope.success && AssetRow.safeParse(envelope.data.data).success
    ? parseAsset(envelope.data.data, call)
    : undefined;
}

/** A relationship as a row tells it. */
export interface Link {
  readonly parentId: string;
  readonly childId: string;
  readonly type: string;
  /** Told by repaired servers only. */
  readonly relationshipId: string | null;
  readonly tenant: string | null;
  /** Left out where the row does not tell. */
  readonly madeAt?: string;
}

/**
 * The real columns are parent and child. The published page knows only `asset_id`, the source, and
 * `related_asset_id`; where a row has both, the latter names the far end and says nothing about the direction.
 */
const LinkRow = z.looseObject({
  parent_asset_id: Uuid.optional(),
  child_asset_id: Uuid.optional(),
  asset_id: Uuid.optional(),
  related_asset_id: Uuid.optional(),
  relationship_type: z.string(),
  relationship_id: Uuid.nullish(),
  tenant: Uuid.nullish(),
  created_at: z.string().nullish().catch(null),
  updated_at: z.string().nullish().catch(null),
});

export function parseLink(raw: unknown, call: string): Link {
  const link = findLink(raw);
  if (link === undefined) throw foreign(call, 'a relationship cannot be read');
  return link;
}

function findLink(raw: unknown): Link | undefined {
  const row = LinkRow.safeParse(raw);
  if (!row.success) return undefined;
  const { data } = row;
  const parentId = data.parent_asset_id ?? data.asset_id;
  const childId = data.parent_asset_id === undefined ? data.related_asset_id : data.child_asset_id;
  if (parentId === undefined || childId === undefined) return undefined;
  const { relationship_type: type, relationship_id: relationshipId = null, tenant = null } = data;
  return { parentId, childId, type, relationshipId, tenant, ...toMadeAt(data.updated_at ?? data.created_at) };
}

/** What a create answers with: the page and the schema behind it do not agree on where the row is. */
export function findCreated(body: unknown): Link | undefined {
  const data = Envelope.safeParse(body).data?.data;
  const inner = z.looseObject({ data: z.unknown() }).safeParse(data).data?.data;
  return findLink(data) ?? findLink(inner) ?? findLink(body);
}
