import { isRecord } from './answers.ts';
import type { PartialRef } from './entity-ref.ts';
import { anyRelationship, type RelationshipQuery } from './relationships.ts';

/** What a sync token stands for. Times are in milliseconds since 1970. */
export interface SyncState {
  readonly containerId: string;
  readonly userId: string;
  readonly query: RelationshipQuery;
  /** How far in the feed of changes the caller is. */
  readonly position: number;
  /** Where the feed ended when the round began: what was deleted up to there was never given. */
  readonly base: number;
  /** The pages of this round replace the caller's copy. */
  readonly overwrite: boolean;
  readonly epoch: number;
  readonly issuedAt: number;
}

/** Writes a token that looks like a real one: base64 JSON with a watermark and the query of the first call. */
export function toSyncToken(state: SyncState): string {
  const { query } = state;
  const token = {
    LastModified: { DateTime: new Date(state.issuedAt).toISOString(), OffsetMinutes: 0 },
    Operation: 2,
    OriginalParameters: {
      __type: 'StoreIntersectRelationships',
      ContainerId: state.containerId,
      Entities: query.ends,
      WithEntities: query.withEnds,
      CreatedAfter: query.createdAfter,
      CreatedBefore: query.createdBefore,
      OxygenId: state.userId,
    },
    Position: state.position,
    Base: state.base,
    Overwrite: state.overwrite,
    Epoch: state.epoch,
    VersionNumber: 1,
  };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/** Reads a token back; undefined for anything that this server never wrote. */
export function parseSyncToken(text: string): SyncState | undefined {
  const token = parseBase64Json(text);
  if (!isRecord(token) || !isRecord(token.OriginalParameters) || !isRecord(token.LastModified))
    return undefined;
  const { Position, Base, Epoch, OriginalParameters, LastModified } = token;
  const { ContainerId, OxygenId } = OriginalParameters;
  if (typeof Position !== 'number' || typeof Base !== 'number' || typeof Epoch !== 'number') return undefined;
  if (typeof ContainerId !== 'string' || typeof OxygenId !== 'string') return undefined;
  return {
    containerId: ContainerId,
    userId: OxygenId,
    query: toQuery(OriginalParameters),
    position: Position,
    base: Base,
    overwrite: token.Overwrite === true,
    epoch: Epoch,
    issuedAt: Date.parse(String(LastModified.DateTime)),
  };
}

function parseBase64Json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toQuery(parameters: Readonly<Record<string, unknown>>): RelationshipQuery {
  const { Entities, WithEntities, CreatedAfter, CreatedBefore } = parameters;
  return {
    ...anyRelationship,
    ends: toEnds(Entities),
    withEnds: toEnds(WithEntities),
    createdAfter: typeof CreatedAfter === 'number' ? CreatedAfter : null,
    createdBefore: typeof CreatedBefore === 'number' ? CreatedBefore : null,
  };
}

function toEnds(value: unknown): PartialRef[] {
  // The list was written by `toSyncToken`, so its items are what they were.
  return Array.isArray(value) ? (value as PartialRef[]) : [];
}
