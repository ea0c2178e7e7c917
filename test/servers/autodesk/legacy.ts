import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { pickUuid } from '../shared/random.ts';
import { assetsError, type Call, isRecord, parseBody, toIso } from './answers.ts';
import { onProject } from './containers.ts';
import { type EntityRef, isUuid, kinds, toRef } from './entity-ref.ts';
import { parseIds } from './relationship-bodies.ts';
import { removeAll } from './relationship-writes.ts';
import { addRelationship, findRelationship } from './relationships.ts';
import { hasEntity, type Project, type Relationship } from './site.ts';

/** One entity that an asset is to be related to. */
interface Wanted {
  readonly far: EntityRef;
  readonly id: string | undefined;
}

const longestId = 128;
const farKinds = [kinds.checklist, kinds.document, kinds.issue];

/**
 * `POST …/assets/{assetId}/relationships` of the Assets API v1: on BIM 360 only, and there the one way to relate an
 * asset to a checklist. Like other writes of that API it does all or nothing.
 */
export const postAssetRelationships = onProject('legacy', ['data:write', 'data:create'], (call, project) => {
  if (project.product === 'ACC') return assetsError(404, 'NOT_FOUND', 'The endpoint was removed.');
  const asset = toRef('asset', call.params.assetId ?? '');
  const wanted = parseWanted(call.body);
  if (!wanted) return assetsError(400, 'INVALID_REQUEST_BODY', 'The body of the request is not valid.');
  if (!hasEntity(project, asset)) return assetsError(404, 'ASSET_NOT_FOUND', 'The asset was not found.');
  const refusal = refuse(call, project, asset, wanted);
  if (refusal) return refusal;
  const relationships = wanted.map(({ far, id = pickUuid(call.world.random) }) =>
    addRelationship(project, [asset, far], { id, now: call.world.now(), isService: true }),
  );
  return jsonAnswer(
    201,
    relationships.map((relationship) => toLegacyRow(call, relationship)),
  );
});

/** `POST …/relationships:delete` of the Assets API v1, whose page could not be found. */
export const deleteAssetRelationships = onProject('legacy', ['data:write'], (call, project) => {
  if (call.world.switches.legacyDelete === 'absent' || project.product === 'ACC') {
    return assetsError(404, 'NOT_FOUND', 'The endpoint was removed.');
  }
  const parsed = parseIds(call.body);
  return parsed.ok ? removeAll(call, project, parsed.value) : parsed.answer;
});

function refuse(
  { world }: Call,
  project: Project,
  asset: EntityRef,
  wanted: readonly Wanted[],
): Answer | null {
  const { deniedEntities } = world.switches;
  if ([asset, ...wanted.map(({ far }) => far)].some(({ id }) => deniedEntities.includes(id))) {
    return assetsError(403, 'USER_NOT_AUTHORIZED', 'The user has no access to one of the entities.');
  }
  if (wanted.some(({ far }) => !hasEntity(project, far))) {
    return assetsError(404, 'ENTITY_NOT_FOUND', 'One of the entities was not found.');
  }
  const isTaken = ({ far, id }: Wanted) =>
    findRelationship(project, asset, far) !== undefined ||
    (id !== undefined && project.relationships.has(id));
  const isTwice = new Set(wanted.map(({ far }) => far.id)).size < wanted.length;
  return isTwice || wanted.some(isTaken)
    ? assetsError(409, 'RELATIONSHIP_ALREADY_EXISTS', 'The relationship exists already.')
    : null;
}

function parseWanted(body: string): Wanted[] | undefined {
  const value = parseBody(body);
  if (!isRecord(value) || !Array.isArray(value.entities) || value.entities.length === 0) return undefined;
  const entities: unknown[] = value.entities;
  const wanted = entities.map(toWanted);
  return wanted.every((one) => one !== undefined) ? wanted : undefined;
}

function toWanted(value: unknown): Wanted | undefined {
  if (!isRecord(value)) return undefined;
  const { id, type, relationshipId } = value;
  const kind = farKinds.find((one) => one.type === type);
  if (!kind || typeof id !== 'string' || id === '' || id.length > longestId) return undefined;
  if (relationshipId !== undefined && !isUuid(relationshipId)) return undefined;
  return { far: { ...kind, id }, id: relationshipId };
}

/** The sample prints a `deletedOn` for what is not deleted, and the far end alone. */
function toLegacyRow({ world }: Call, { id, createdAt, isReadOnly, isService, ends }: Relationship): object {
  const createdOn = toIso(createdAt);
  const isPublished = world.switches.legacyAnswer === 'published';
  return {
    id,
    createdOn,
    isReadOnly,
    isService,
    isDeleted: false,
    ...(isPublished ? { deletedOn: createdOn } : {}),
    entities: (isPublished ? ends.slice(1) : ends).map(({ domain, type, id }) => ({
      createdOn,
      domain,
      type,
      id,
    })),
  };
}
