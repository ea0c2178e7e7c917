import { pickUuid } from '../shared/random.ts';
import type { Call } from './answers.ts';
import {
  createEdge,
  deleteEdge,
  deleteEntity,
  type Edge,
  type EntityRef,
  farEnd,
  findEntity,
  nextEntityId,
  putEntity,
  type SiteEntity,
} from './site.ts';

/** Changes the list of edges that was just read, so that the next page is shifted by one row. */
export function shiftEdges(
  call: Call,
  near: EntityRef,
  side: 'children' | 'parents',
  given: readonly Edge[],
): void {
  const { betweenPages } = call.world.switches;
  const [first] = given;
  if (!first || betweenPages === 'nothing') return;
  if (betweenPages === 'remove') {
    deleteEdge(call.account, first, call.world.now());
    return;
  }
  const far = findEntity(call.account, farEnd(first, side));
  if (!far) return;
  const copy = toRef(putCopy(call, far));
  const edge = side === 'children' ? { parent: near, child: copy } : { parent: copy, child: near };
  createEdge(call.account, edge, call.world.now());
}

/** Changes the list of entities that was just read, so that the next page is shifted by one row. */
export function shiftEntities(call: Call, given: readonly SiteEntity[]): void {
  const { betweenPages } = call.world.switches;
  const [first] = given;
  if (!first || betweenPages === 'nothing') return;
  if (betweenPages === 'insert') putCopy(call, first);
  else deleteEntity(call.account, first, { manner: 'hard', cascade: true }, call.world.now());
}

/** The lowest free id puts the copy in front of what is listed in ascending order. */
function putCopy(call: Call, entity: SiteEntity): SiteEntity {
  const id = nextEntityId(call.account, entity.type, true);
  const copy = { ...entity, id, name: `${entity.name} (copy)` };
  if (copy.type === 'metrics')
    return putEntity(call.account, { ...copy, identifier: pickUuid(call.world.random) });
  return putEntity(call.account, copy);
}

function toRef({ type, id }: EntityRef): EntityRef {
  return { type, id };
}
