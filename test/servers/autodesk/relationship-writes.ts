import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { pickUuid } from '../shared/random.ts';
import { badValue, type Call, serviceError } from './answers.ts';
import { onContainer } from './containers.ts';
import { type EntityRef, toKey } from './entity-ref.ts';
import { type Proposal, parseIds, parseProposals } from './relationship-bodies.ts';
import { isReadOnly, toRelationshipRow } from './relationship-rows.ts';
import { addRelationship, findRelationship, removeRelationship } from './relationships.ts';
import { hasEntity, type Project, type Relationship } from './site.ts';
import { isWritable } from './writable.ts';

/** What became of one proposal: a relationship, or the one in its way. */
type Outcome =
  | { readonly kind: 'success'; readonly relationship: Relationship }
  | { readonly kind: 'conflict'; readonly id: string; readonly actual: Relationship };

/** `PUT /containers/{containerId}/relationships`: a 409 may have created some of them. */
export const putRelationships = onContainer(['data:create', 'data:write'], (call, project) => {
  const parsed = parseProposals(call.body);
  if (!parsed.ok) return parsed.answer;
  const proposals = parsed.value;
  const refusal = refuseProposals(call, project, proposals);
  if (refusal) return refusal;
  return toPutAnswer(
    call,
    proposals.map((proposal) => applyProposal(call, project, proposal)),
  );
});

/** `POST …/relationships:delete`: softly deletes up to 50, all or none. */
export const deleteRelationships = onContainer(['data:write'], (call, project) => {
  const parsed = parseIds(call.body);
  return parsed.ok ? removeAll(call, project, parsed.value) : parsed.answer;
});

/** Deletes what is named, all or none. */
export function removeAll(call: Call, project: Project, ids: readonly string[]): Answer {
  const { deleteUnknown } = call.world.switches;
  const living = ids.flatMap((id) => toLiving(project, id) ?? []);
  if (living.length < ids.length && deleteUnknown === '404') {
    return serviceError(404, 'One or more relationships do not exist.');
  }
  if (
    living.some((relationship) => isReadOnly(call, relationship) || !isDeletable(call, project, relationship))
  ) {
    return serviceError(403, 'The caller is not allowed to delete one or more of the relationships.');
  }
  for (const { id } of living) removeRelationship(project, id, call.world.now());
  const deleted = deleteUnknown === 'list' ? ids : living.map(({ id }) => id);
  return jsonAnswer(200, { deleted });
}

function toLiving(project: Project, id: string): Relationship | undefined {
  const relationship = project.relationships.get(id);
  return relationship?.deletedAt === null ? relationship : undefined;
}

/** The allow list governs deleting too; the Assets API is not bound by it. */
function isDeletable({ path, world }: Call, project: Project, relationship: Relationship): boolean {
  return path.includes('/assets/v1/') || isWritable(world.switches, project.product, relationship.ends);
}

function refuseProposals(call: Call, project: Project, proposals: readonly Proposal[]): Answer | null {
  const { switches } = call.world;
  if (switches.pivotRequired && !sharePivot(proposals)) return badValue('body', call.body);
  for (const { ends } of proposals) {
    if (!isWritable(switches, project.product, ends)) {
      return serviceError(403, 'The relationship between these domains is not writable.');
    }
    if (ends.some(({ id }) => switches.deniedEntities.includes(id))) {
      return serviceError(403, 'The caller has no access to one of the entities.');
    }
    if (ends.some((end) => !hasEntity(project, end))) return missingEntity(call, ends);
  }
  return null;
}

function missingEntity(call: Call, ends: readonly EntityRef[]): Answer {
  const { missingEntity } = call.world.switches;
  if (missingEntity === '400') return badValue('entities', ends);
  return serviceError(Number(missingEntity), 'One of the entities does not exist.');
}

/** The guide speaks of one entity that is related to up to 20 others in one call. */
function sharePivot(proposals: readonly Proposal[]): boolean {
  const [first, ...others] = proposals.map(({ ends }) => new Set(ends.map(toKey)));
  return first !== undefined && [...first].some((key) => others.every((keys) => keys.has(key)));
}

function applyProposal(call: Call, project: Project, { id, ends }: Proposal): Outcome {
  const { existingPair, sameIdAgain } = call.world.switches;
  const pair = findRelationship(project, ...ends);
  if (id === undefined) {
    if (!pair)
      return success(
        addRelationship(project, ends, { id: pickFreeId(call, project), now: call.world.now() }),
      );
    return existingPair === '200' ? success(pair) : { kind: 'conflict', id: pair.id, actual: pair };
  }
  const owner = project.relationships.get(id);
  if (owner) return pair?.id === id && sameIdAgain === '200' ? success(owner) : conflict(id, owner);
  return pair ? conflict(id, pair) : success(addRelationship(project, ends, { id, now: call.world.now() }));
}

function success(relationship: Relationship): Outcome {
  return { kind: 'success', relationship };
}

function conflict(id: string, actual: Relationship): Outcome {
  return { kind: 'conflict', id, actual };
}

function pickFreeId({ world }: Call, project: Project): string {
  const id = pickUuid(world.random);
  return project.relationships.has(id) ? crypto.randomUUID() : id;
}

function toPutAnswer(call: Call, outcomes: readonly Outcome[]): Answer {
  const created = outcomes.flatMap((one) =>
    one.kind === 'success' ? [toRelationshipRow(call, one.relationship)] : [],
  );
  const conflicts = outcomes.flatMap((one) =>
    one.kind === 'conflict' ? [{ id: one.id, actual: toRelationshipRow(call, one.actual) }] : [],
  );
  if (conflicts.length === 0) return jsonAnswer(200, created);
  const { successKey } = call.world.switches;
  const isListed = successKey === 'always' || (successKey === 'when-some' && created.length > 0);
  return jsonAnswer(409, { ...(isListed ? { success: created } : {}), conflict: conflicts });
}
