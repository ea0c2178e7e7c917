import { z } from 'zod';
import type { RelationshipFlag } from '../../../../src-preload/contract/model.ts';
import { RemoteError } from '../errors.ts';
import { expectOk, type HttpAnswer } from '../http.ts';
import type { RemoteFacts, ToldRelationship } from '../remote.ts';
import { isUuid, toEnd, toPairKey } from './kinds.ts';

export function foreign(call: string, what: string, cause?: unknown): RemoteError {
  return new RemoteError('foreign-answer', `Autodesk, ${call}: ${what}. Nothing was changed.`, { cause });
}

/**
 * Errors as the services and the gateway before them write them: `{type, title, detail, errors}`,
 * `{errorCode, detail}`, `{developerMessage, moreInfo, errorCode}` or `{errors: […]}`.
 */
const Refusal = z.union([
  z.looseObject({ errorCode: z.string() }),
  z.looseObject({ developerMessage: z.string() }),
  z.looseObject({ type: z.string(), title: z.string() }),
  z.looseObject({ errors: z.array(z.unknown()).min(1) }),
]);

/** Whether an answer was written by Autodesk to say no. */
export function isRefusal(body: unknown): boolean {
  return Refusal.safeParse(body).success;
}

/** The body of a success of Autodesk; every other answer is an error. */
export function readBody(answer: HttpAnswer, call: string): unknown {
  return expectOk(answer, `Autodesk, ${call}`, isRefusal);
}

/** The gateway's own code of a refusal, such as AUTH-001; null where a service behind it answered. */
export function findGatewayCode(body: unknown): string | null {
  const told = z.looseObject({ errorCode: z.string().regex(/^(AUTH|ERR)-\d+$/) }).safeParse(body);
  return told.success ? told.data.errorCode : null;
}

const Id = z.string().min(1).max(512);
const Name = z.string().min(1).max(128);
const EntityRow = z.looseObject({ domain: Name, type: Name, id: Id });
const RelationshipId = z.string().refine(isUuid).toLowerCase();

/** The flags of a relationship, in both of the services that tell of one. */
export const Flags = z.looseObject({ isReadOnly: z.boolean().nullish(), isService: z.boolean().nullish() });

/** What the flags say that are set; nothing where none is. */
export function toFlags({ isReadOnly, isService }: z.infer<typeof Flags>): Pick<RemoteFacts, 'flags'> {
  const flags: RelationshipFlag[] = [
    ...(isReadOnly === true ? (['read-only'] as const) : []),
    ...(isService === true ? (['by-service'] as const) : []),
  ];
  return flags.length === 0 ? {} : { flags };
}

/** Fields that no page tells of, such as `permission`, are passed over; times are not looked at. */
const RelationshipRow = Flags.extend({
  id: RelationshipId,
  isDeleted: z.boolean().nullish(),
  entities: z.tuple([EntityRow, EntityRow]),
});

/** A relationship as the Relationships API tells it. Which end comes first means nothing. */
export interface Row extends ToldRelationship {
  readonly remoteId: string;
  readonly pair: string;
  readonly isReadOnly: boolean;
  readonly isDeleted: boolean;
}

export function parseRow(raw: unknown, call: string): Row {
  const parsed = RelationshipRow.safeParse(raw);
  if (!parsed.success) throw foreign(call, 'a relationship cannot be read', parsed.error);
  const { id, entities, isReadOnly, isDeleted } = parsed.data;
  const [source, target] = [toEnd(entities[0]), toEnd(entities[1])];
  return {
    source,
    target,
    type: null,
    remoteId: id,
    pair: toPairKey(source, target),
    isReadOnly: isReadOnly === true,
    ...toFlags(parsed.data),
    isDeleted: isDeleted === true,
  };
}

export function parseRows(raw: unknown, call: string): readonly Row[] {
  if (!Array.isArray(raw)) throw foreign(call, 'the answer holds no list of relationships');
  return raw.map((row) => parseRow(row, call));
}

export function toFacts({ remoteId, flags }: Row): RemoteFacts {
  return { type: null, remoteId, ...(flags === undefined ? {} : { flags }) };
}

const Page = z.looseObject({
  page: z.looseObject({ continuationToken: z.string().nullish() }).nullish(),
  relationships: z.array(z.unknown()),
});

/** A page of `:search` or `:intersect`. The end is where the token is absent, null or empty. */
export function parsePage(body: unknown, call: string) {
  const parsed = Page.safeParse(body);
  if (!parsed.success) throw foreign(call, 'a page of relationships cannot be read', parsed.error);
  const token = parsed.data.page?.continuationToken ?? '';
  return { rows: parseRows(parsed.data.relationships, call), next: token === '' ? null : token };
}

const Sync = z.looseObject({
  current: z.looseObject({ data: z.array(z.unknown()) }),
  deleted: z.looseObject({ data: z.array(z.unknown()) }),
  moreData: z.boolean(),
  overwrite: z.boolean(),
  nextSyncToken: z.string().min(1).max(100_000),
});

export function parseSync(body: unknown, call: string) {
  const parsed = Sync.safeParse(body);
  if (!parsed.success) throw foreign(call, 'what changed cannot be read', parsed.error);
  const { current, deleted, moreData, overwrite, nextSyncToken } = parsed.data;
  return {
    current: parseRows(current.data, call),
    deleted: parseRows(deleted.data, call),
    moreData,
    overwrite,
    nextSyncToken,
  };
}

const Conflict = z.looseObject({
  success: z.array(z.unknown()).nullish(),
  conflict: z.array(z.looseObject({ id: RelationshipId, actual: z.unknown() })),
});

/** What a PUT came to: what is there now, and what stood in the way of an id that was proposed or of its pair. */
export interface PutOutcome {
  readonly made: readonly Row[];
  readonly conflicts: readonly { readonly proposed: string; readonly actual: Row }[];
}

/** A 409 is a partial success, with or without the key `success`. */
export function parsePut({ status, body }: HttpAnswer, call: string): PutOutcome {
  if (status !== 409) return { made: parseRows(body, call), conflicts: [] };
  const parsed = Conflict.safeParse(body);
  if (!parsed.success) throw foreign(call, 'a conflict cannot be read', parsed.error);
  const conflicts = parsed.data.conflict.map(({ id, actual }) => ({
    proposed: id,
    actual: parseRow(actual, call),
  }));
  return { made: parseRows(parsed.data.success ?? [], call), conflicts };
}

/** The ids that a `:delete` says it deleted. */
export function parseDeleted(body: unknown, call: string): ReadonlySet<string> {
  const parsed = z.looseObject({ deleted: z.array(z.string().toLowerCase()) }).safeParse(body);
  if (!parsed.success) throw foreign(call, 'what was deleted cannot be read', parsed.error);
  return new Set(parsed.data.deleted);
}
