import { type Answer, emptyAnswer, jsonAnswer } from '../shared/answer.ts';
import { pickUuid } from '../shared/random.ts';
import {
  type Call,
  type Handler,
  type Issue,
  internalError,
  invalid,
  isUuid,
  missingColumn,
  ok,
  thrown,
  toIso,
  traitsOf,
  unreadableUuid,
} from './answers.ts';
import { cutRows } from './paging.ts';
import { toDocumentedColumns, toFarEnd, toLinkColumns, toRepairedColumns } from './rows.ts';
import { createLink, deleteLink, findLink, findLinkById, type Link, linksOf } from './site.ts';

/** The column of `relationship_type` is varchar(255). */
const longestType = 255;

/** `GET /api/v1/assets/{id}/relationships`: neither paged nor sorted, and unknown ids have none. */
export const listRelationships: Handler = (call) => {
  const { id = '' } = call.params;
  if (traitsOf(call.world).lists === 'fails') return missingColumn(call.world, 'ar.asset_id');
  if (!isUuid(id)) return unreadableUuid(call.world, id);
  return ok(call, toRelationshipRows(call, id));
};

/** The rows of an asset. Sent in capitals, its id is not recognised in them, so that it seems to be the far end. */
export function toRelationshipRows(call: Call, pathId: string): object[] {
  const { tenant, world } = call;
  const { lists } = traitsOf(world);
  const links = linksOf(tenant, pathId.toLowerCase()).filter(
    ({ parentId }) => lists === 'both-ends' || parentId === pathId.toLowerCase(),
  );
  const toRow = lists === 'outgoing' ? toDocumentedRow : toBothEndsRow;
  return cutRows(world, links).map((link) => toRow(call, link, pathId));
}

/** `POST /api/v1/assets/{id}/relationships`. */
export const createRelationship: Handler = (call) => {
  const { world, tenant, params } = call;
  const { id = '' } = params;
  const body = parseBody(call.body);
  if (body === undefined) return internalError(world, 'Unexpected token in JSON');
  const issues = findIssues(body);
  if (issues.length > 0) return invalid(world, issues);
  // The issues have shown that both are there.
  const wanted = body as { related_asset_id: string; relationship_type: string };
  if (world.switches.lacksPermission) {
    return thrown(403, 'FORBIDDEN', 'Permission denied: Cannot update asset');
  }
  if (wanted.related_asset_id === id) return refuseSelf(call);
  if (!isUuid(id)) return unreadableUuid(world, id);
  const ends = { parentId: id.toLowerCase(), childId: wanted.related_asset_id.toLowerCase() };
  if (!tenant.assets.has(ends.parentId)) return thrown(404, 'NOT_FOUND', 'Asset not found');
  if (!tenant.assets.has(ends.childId)) return thrown(404, 'NOT_FOUND', 'Related asset not found');
  if (!traitsOf(world).isRepaired) return missingColumn(world, 'asset_id');
  if (findLink(tenant, ends.parentId, ends.childId)) return refuseDuplicate(call);
  return insert(call, {
    ...ends,
    relationshipId: pickUuid(world.random),
    relationshipType: wanted.relationship_type,
    createdAt: world.now(),
  });
};

/** `DELETE /api/v1/assets/relationships/{relationshipId}`, which is not below the asset. */
export const deleteRelationship: Handler = ({ world, tenant, params }) => {
  const { relationshipId = '' } = params;
  const { isRepaired, deletesSilently } = traitsOf(world);
  if (!isRepaired) return missingColumn(world, 'relationship_id');
  if (world.switches.lacksPermission) {
    return thrown(403, 'FORBIDDEN', 'Permission denied: Cannot update asset');
  }
  if (!isUuid(relationshipId)) return unreadableUuid(world, relationshipId);
  const link = findLinkById(tenant, relationshipId.toLowerCase());
  if (link) deleteLink(tenant, link.parentId, link.childId);
  else if (!deletesSilently) return thrown(404, 'NOT_FOUND', 'Asset relationship not found');
  return { ...emptyAnswer(204), delayMs: world.switches.slowDeleteMs };
};

function toBothEndsRow({ tenant, world }: Call, link: Link, pathId: string) {
  const isParent = link.parentId === pathId;
  const farId = isParent ? link.childId : link.parentId;
  const columns = traitsOf(world).isRepaired ? toRepairedColumns(tenant, link) : toLinkColumns(tenant, link);
  return {
    ...columns,
    related_asset_id: farId,
    direction: isParent ? 'child' : 'parent',
    ...toFarEnd(tenant.assets.get(farId)),
  };
}

/** The page names no links; the schema behind it shows them with a version of the API that does not exist. */
function toDocumentedRow({ tenant }: Call, link: Link) {
  const href = `/api/v2/assets/${link.parentId}/relationships`;
  return {
    ...toDocumentedColumns(tenant, link),
    ...toFarEnd(tenant.assets.get(link.childId)),
    _links: { self: { href, method: 'GET' } },
  };
}

/** Undefined when it is not JSON. */
function parseBody(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function findIssues(body: unknown): Issue[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return [toTypeIssue([], 'object', body)];
  }
  const { related_asset_id: related, relationship_type: type } = { ...body } as Record<string, unknown>;
  const issues: Issue[] = [];
  if (typeof related !== 'string') issues.push(toTypeIssue(['related_asset_id'], 'string', related));
  else if (!isUuid(related)) {
    const path = ['related_asset_id'];
    issues.push({ validation: 'uuid', code: 'invalid_string', message: 'Invalid uuid', path });
  }
  if (typeof type !== 'string') issues.push(toTypeIssue(['relationship_type'], 'string', type));
  else if (type === '') issues.push(tooShort);
  return issues;
}

const tooShort: Issue = {
  code: 'too_small',
  minimum: 1,
  type: 'string',
  inclusive: true,
  exact: false,
  message: 'Relationship type is required',
  path: ['relationship_type'],
};

function toTypeIssue(path: readonly string[], expected: string, value: unknown): Issue {
  const received = value === undefined ? 'undefined' : toTypeName(value);
  const message = value === undefined ? 'Required' : `Expected ${expected}, received ${received}`;
  return { code: 'invalid_type', expected, received, path, message };
}

function toTypeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function refuseSelf({ world }: Call): Answer {
  const message = 'Cannot create relationship with self';
  if (traitsOf(world).refusesTyped) return thrown(400, 'VALIDATION_ERROR', message);
  return internalError(world, message);
}

function refuseDuplicate({ world }: Call): Answer {
  const message = 'Relationship already exists';
  const { duplicate } = world.switches;
  const isTyped = duplicate === 'as-profile' ? traitsOf(world).refusesTyped : duplicate === 'conflict';
  return isTyped ? thrown(409, 'CONFLICT', message) : internalError(world, message);
}

function insert(call: Call, link: Link): Answer {
  const { world, tenant } = call;
  if (link.relationshipType.length > longestType) {
    return internalError(world, 'value too long for type character varying(255)');
  }
  if (link.relationshipType.includes('\0')) {
    return internalError(world, 'invalid byte sequence for encoding "UTF8": 0x00');
  }
  if (world.switches.losesReference) return thrown(400, 'BAD_REQUEST', 'Invalid reference');
  createLink(tenant, link);
  if (world.switches.failAfterCommit) return internalError(world, 'Connection terminated unexpectedly');
  const isDocumented = world.switches.profile === 'documented';
  return toCreated(call, isDocumented ? toDocumentedColumns(tenant, link) : toRepairedColumns(tenant, link));
}

function toCreated(call: Call, row: object): Answer {
  switch (call.world.switches.createdBody) {
    case 'data':
      return ok(call, row, {}, 201);
    case 'data.data':
      return ok(call, { data: row }, {}, 201);
    case 'top-level':
      return jsonAnswer(201, {
        success: true,
        ...row,
        timestamp: toIso(call.world.now()),
        version: '1.0.0',
      });
  }
}
