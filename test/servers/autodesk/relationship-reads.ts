import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { badInput, badValue, type Call, isRecord, parseBody, serviceError } from './answers.ts';
import { onContainer } from './containers.ts';
import { isUuid, type PartialRef } from './entity-ref.ts';
import { accept, type Parsed, parseEnds, parseIds, parsePartialEnds, reject } from './relationship-bodies.ts';
import { toRelationshipRow } from './relationship-rows.ts';
import { anyRelationship, findRelationships, type RelationshipQuery } from './relationships.ts';
import type { Project } from './site.ts';
import { toSyncToken } from './sync-token.ts';

/** What part of the result is asked for, and which ones as to deletion. */
interface PageRequest {
  readonly limit: number;
  readonly offset: number;
  readonly deleted: 'without' | 'with' | 'only';
}

const longestPage = 100;

/** `GET /containers/{containerId}/relationships/{relationshipId}`. */
export const getRelationship = onContainer(['data:read'], (call, project) => {
  const { relationshipId } = call.params;
  if (!isUuid(relationshipId)) return badValue('relationshipId', relationshipId);
  const relationship = project.relationships.get(relationshipId.toLowerCase());
  const isHidden = relationship?.deletedAt !== null && call.world.switches.getDeleted === '404';
  if (!relationship || isHidden) return serviceError(404, 'The relationship does not exist.');
  return jsonAnswer(200, toRelationshipRow(call, relationship));
});

/** `POST …/relationships:batch`: up to 50 by their ids; unknown ones are left out. */
export const batchRelationships = onContainer(['data:read'], (call, project) => {
  const parsed = parseIds(call.body);
  if (!parsed.ok) return parsed.answer;
  const relationships = parsed.value.flatMap((id) => project.relationships.get(id) ?? []);
  return jsonAnswer(
    200,
    relationships.map((relationship) => toRelationshipRow(call, relationship)),
  );
});

/** `GET …/relationships:search`. */
export const searchRelationships = onContainer(['data:read'], (call, project) => {
  // Real callers write `withdomain` and are understood.
  const query = toLowerKeys(call.query);
  const near = toPartial(query.domain, query.type, query.id);
  const far = toPartial(query.withdomain, query.withtype, query.withid);
  if (call.world.switches.bareSearch === 'refuse') {
    if (isBare(near)) return badValue('domain', near.domain);
    if (isBare(far)) return badValue('withDomain', far.domain);
  }
  const createdAfter = parseTime(query.createdafter);
  const createdBefore = parseTime(query.createdbefore);
  if (createdAfter === undefined) return badValue('createdAfter', query.createdafter);
  if (createdBefore === undefined) return badValue('createdBefore', query.createdbefore);
  const ends = { ends: isEmpty(near) ? [] : [near], withEnds: isEmpty(far) ? [] : [far] };
  return answerPage(call, project, { ...ends, createdAfter, createdBefore });
});

/** `POST …/relationships:intersect`: all relationships of up to 20 ends. */
export const intersectRelationships = onContainer(['data:read'], (call, project) => {
  const body = parseBody(call.body);
  if (!isRecord(body)) return badValue('body', call.body);
  const ends = parseEnds('entities', body.entities);
  if (!ends.ok) return ends.answer;
  const { withEntities } = body;
  const isAny = withEntities === undefined || withEntities === null;
  const withEnds = isAny ? accept([]) : parsePartialEnds('withEntities', withEntities);
  if (!withEnds.ok) return withEnds.answer;
  return answerPage(call, project, { ...anyRelationship, ends: ends.value, withEnds: withEnds.value });
});

function answerPage(call: Call, project: Project, query: RelationshipQuery): Answer {
  const parsed = parsePage(call);
  if (!parsed.ok) return parsed.answer;
  const { limit, offset, deleted } = parsed.value;
  const found = findRelationships(project, query).filter(({ deletedAt }) =>
    deleted === 'with' ? true : (deletedAt !== null) === (deleted === 'only'),
  );
  const rows = found
    .slice(offset, offset + limit)
    .map((relationship) => toRelationshipRow(call, relationship));
  const isLast = offset + limit >= found.length;
  return jsonAnswer(200, {
    page: {
      ...(isLast ? toLastToken(call) : { continuationToken: String(offset + limit) }),
      syncToken: toTokenFrom(call, project, query),
    },
    relationships: rows,
  });
}

function parsePage(call: Call): Parsed<PageRequest> {
  const query = toLowerKeys(call.query);
  const limit = parseWhole(query.pagelimit ?? String(longestPage));
  const isOver = limit !== undefined && limit > longestPage;
  if (!limit || (isOver && call.world.switches.pageLimitOver === 'refuse')) {
    return reject(badValue('pageLimit', query.pagelimit));
  }
  const offset = parseWhole(query.continuationtoken || '0');
  if (offset === undefined) return reject(badValue('continuationToken', query.continuationtoken));
  const withDeleted = parseFlag(query.includedeleted);
  const onlyDeleted = parseFlag(query.onlydeleted);
  if (withDeleted === undefined || onlyDeleted === undefined) {
    return reject(badInput([{ field: 'includeDeleted', detail: 'The value must be True or False.' }]));
  }
  const deleted = onlyDeleted ? 'only' : withDeleted ? 'with' : 'without';
  return accept({ limit: Math.min(limit, longestPage), offset, deleted });
}

function toLastToken({ world }: Call): { readonly continuationToken?: string | null } {
  switch (world.switches.continuationToken) {
    case 'absent':
      return {};
    case 'null':
      return { continuationToken: null };
    case 'empty':
      return { continuationToken: '' };
  }
}

/** Goes on from now, restricted as the query was. */
function toTokenFrom({ world, user }: Call, project: Project, query: RelationshipQuery): string {
  const position = project.feed.length;
  return toSyncToken({
    containerId: project.id,
    userId: user.id,
    query,
    position,
    base: position,
    overwrite: false,
    epoch: world.switches.syncEpoch,
    issuedAt: world.now(),
  });
}

function toLowerKeys(query: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]));
}

function toPartial(domain: string | undefined, type: string | undefined, id: string | undefined): PartialRef {
  return { ...(domain ? { domain } : {}), ...(type ? { type } : {}), ...(id ? { id } : {}) };
}

function isBare({ domain, type, id }: PartialRef): boolean {
  return (type !== undefined && domain === undefined) || (id !== undefined && type === undefined);
}

function isEmpty(partial: PartialRef): boolean {
  return Object.keys(partial).length === 0;
}

function parseWhole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Null when not given, undefined when wrong. */
function parseTime(text: string | undefined): number | null | undefined {
  if (text === undefined) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function parseFlag(text: string | undefined): boolean | undefined {
  if (text === undefined || /^false$/i.test(text)) return false;
  return /^true$/i.test(text) ? true : undefined;
}
