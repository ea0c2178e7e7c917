import type { Answer } from '../shared/answer.ts';
import { type Call, fail, type Handler, ok, readTime, toWholeNumber, withClearance } from './answers.ts';
import { shiftEdges } from './between-pages.ts';
import { cutPage, type PageRequest, parsePage } from './paging.ts';
import { fromWireId, toWireId } from './rows.ts';
import {
  createEdge,
  deleteEdge,
  type Edge,
  type EntityRef,
  edgesOf,
  farEnd,
  findEntity,
  hasEdge,
  isEntityType,
  toKey,
} from './site.ts';

const readClearance = 7;
/** The page names no clearance for writes; this is the one for changing an asset. */
const writeClearance = 5;

/** `GET /relationships/{entity}/{id}` and `GET /relationships/{entity}/{id}/{entity_type}`. */
export const listEdges: Handler = withClearance(readClearance, (call) => {
  const { entity, id, entityType } = call.params;
  const near = parseRef(call, entity, id);
  const direction = call.query.direction ?? 'child';
  const page = parsePage(call.query);
  if (!near || !page || (direction !== 'child' && direction !== 'parent'))
    return fail(call, 400, 'Invalid request');
  if (entityType !== undefined && !isEntityType(entityType)) return fail(call, 400, 'Invalid request');
  if (!findEntity(call.account, near)) return fail(call, 404, 'Parent entity not found');
  return answerList(call, near, direction === 'child' ? 'children' : 'parents', page);
});

/** `GET /relationships/{entity}/{id}/{child_entity}/{child_id}`. */
export const getEdge: Handler = withClearance(readClearance, (call) => {
  const edge = parseEdge(call);
  if (!edge) return fail(call, 400, 'Invalid request');
  if (!hasEdge(call.account, edge, readTime(call))) return fail(call, 404, 'Element not found');
  return ok(call, 'Element obtained successfully', toEnds(call, edge));
});

/** `POST /relationships/{entity}/{id}/{child_entity}/{child_id}`; it takes no body. */
export const postEdge: Handler = withClearance(writeClearance, (call) => {
  const edge = parseEdge(call);
  if (!edge) return fail(call, 400, 'Invalid request');
  if (!findEntity(call.account, edge.parent) || !findEntity(call.account, edge.child)) {
    return fail(call, 404, 'Entity not found');
  }
  if (isRefused(call, edge)) return fail(call, 400, 'Relationship not allowed');
  if (createEdge(call.account, edge, call.world.now())) {
    return ok(call, 'Element created successfully', toEnds(call, edge), { status: 201 });
  }
  const status = call.world.switches.duplicate;
  if (status === 200) return ok(call, 'Element created successfully', toEnds(call, edge));
  return fail(call, status, 'Relationship already exists');
});

/** `DELETE /relationships/{entity}/{id}/{child_entity}/{child_id}`. */
export const removeEdge: Handler = withClearance(writeClearance, (call) => {
  const edge = parseEdge(call);
  if (!edge) return fail(call, 400, 'Invalid request');
  const existed = deleteEdge(call.account, edge, call.world.now());
  if (!existed && call.world.switches.deleteMissing === 404) return fail(call, 404, 'Element not found');
  return ok(call, 'Element deleted successfully', null);
});

function answerList(call: Call, near: EntityRef, side: 'children' | 'parents', page: PageRequest): Answer {
  const { entityType } = call.params;
  const edges = edgesOf(call.account, near, side, readTime(call));
  const asked =
    entityType === undefined ? edges : edges.filter((edge) => farEnd(edge, side).type === entityType);
  const given = cutPage(call, asked, page);
  const rows = given.map((edge) => toListRow(call, edge, side));
  const answer = ok(call, 'Relationships retrieved', rows);
  shiftEdges(call, near, side, given);
  return answer;
}

function parseEdge(call: Call): Edge | undefined {
  const { entity, id, childEntity, childId } = call.params;
  const parent = parseRef(call, entity, id);
  const child = parseRef(call, childEntity, childId);
  return parent && child && { parent, child };
}

function parseRef(call: Call, type: string | undefined, idText: string | undefined): EntityRef | undefined {
  const id = toWholeNumber(idText);
  return isEntityType(type) && id !== undefined
    ? { type, id: fromWireId(id, call.world.switches) }
    : undefined;
}

function toEnds(call: Call, edge: Edge) {
  const { switches } = call.world;
  return { id_parent: toWireId(edge.parent.id, switches), id_child: toWireId(edge.child.id, switches) };
}

/** Only the row of `direction=child` is published; the switch chooses among readings of the other. */
function toListRow(call: Call, edge: Edge, side: 'children' | 'parents') {
  const { switches } = call.world;
  const far = farEnd(edge, side);
  const id = toWireId(far.id, switches);
  if (side === 'children' || switches.parentRows === 'id_child')
    return { id_child: id, child_type: far.type };
  if (switches.parentRows === 'id_parent') return { id_parent: id, parent_type: far.type };
  if (switches.parentRows === 'missing-key') return { id_parent: id };
  return { ...toEnds(call, edge), parent_type: edge.parent.type, child_type: edge.child.type };
}

function isRefused(call: Call, { parent, child }: Edge): boolean {
  const { refuseSelf, refusedPairs } = call.world.switches;
  if (refuseSelf && toKey(parent) === toKey(child)) return true;
  return refusedPairs.some((pair) => pair.parent === parent.type && pair.child === child.type);
}
