/** Where the names of the far ends of relationships can be had: each service in its own manner. */
import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { assetsError, type Call, dataError, toIso } from './answers.ts';
import { onDataProject, onProject } from './containers.ts';
import { kinds, toKey, toRef } from './entity-ref.ts';
import { answerDataPage, toRootFolderId } from './hubs.ts';
import { type FarEntity, type Folder, farEntitiesOf, type Product, type Project } from './site.ts';

const longestPage = 200;
const defaultLimit = 100;

/** `GET …/issues`. Each product has an address of its own, and neither answers for projects of the other. */
export function listIssues(product: Product) {
  return onProject('issues', ['data:read'], (call, project) =>
    project.product === product ? answerPage(call, project, 'issue', toIssueRow) : wrongProduct(),
  );
}

/** `GET …/issues/{issueId}`. */
export function getIssue(product: Product) {
  return onProject('issues', ['data:read'], (call, project) => {
    const issue = project.farEntities.get(toKey(toRef('issue', call.params.issueId ?? '')));
    if (project.product !== product) return wrongProduct();
    if (!issue || issue.deleted) return assetsError(404, 'NOT_FOUND', 'The issue was not found.');
    if (isDenied(call, issue)) return assetsError(403, 'FORBIDDEN', 'The user may not see the issue.');
    return jsonAnswer(200, toIssueRow(call, issue, project));
  });
}

/** `GET /construction/forms/v1/projects/{projectId}/forms`. */
export const listForms = onProject(null, ['data:read'], (call, project) =>
  project.product === 'ACC' ? answerPage(call, project, 'form', toFormRow) : wrongProduct(),
);

/** `GET /bim360/checklists/v1/containers/{containerId}/instances`: JSON:API with `page[offset]`. */
export const listChecklists = onProject(null, ['data:read'], (call, project) => {
  if (project.product !== 'BIM360') return wrongProduct();
  const found = visible(call, project, 'checklist', 'false');
  const offset = toCount(call.query['page[offset]'], 0);
  const limit = toCount(call.query['page[limit]'], defaultLimit);
  return jsonAnswer(200, {
    jsonapi: { version: '1.0' },
    meta: { record_count: found.length, page: { offset, limit } },
    data: found.slice(offset, offset + limit).map(toChecklistRow),
  });
});

/** `GET …/instances/{instanceId}`. */
export const getChecklist = onProject(null, ['data:read'], (call, project) => {
  const { instanceId = '' } = call.params;
  const found = project.farEntities.get(toKey(toRef('checklist', instanceId)));
  if (!found || found.deleted) return dataError(404, 'NOT_FOUND', 'The checklist was not found.');
  if (isDenied(call, found)) return dataError(403, 'FORBIDDEN', 'The user may not see the checklist.');
  return jsonAnswer(200, { jsonapi: { version: '1.0' }, data: toChecklistRow(found) });
});

/** `GET /project/v1/hubs/{hubId}/projects/{projectId}/topFolders`. */
export const listTopFolders = onDataProject((call, project) =>
  answerDataPage(call, foldersIn(project, toRootFolderId(project)).map(toFolderRow)),
);

/** `GET /data/v1/projects/{projectId}/folders/{folderId}/contents`: folders and documents. */
export const listFolderContents = onDataProject((call, project) => {
  const { folderId = '' } = call.params;
  if (folderId !== toRootFolderId(project) && !project.folders.has(folderId)) {
    return dataError(404, 'NOT_FOUND', 'The folder was not found.');
  }
  const documents = visible(call, project, 'document', 'false').filter((one) => one.folderId === folderId);
  return answerDataPage(call, [
    ...foldersIn(project, folderId).map(toFolderRow),
    ...documents.map(toItemRow),
  ]);
});

/** `GET /data/v1/projects/{projectId}/items/{itemId}`: one document. */
export const getItem = onDataProject((call, project) => {
  const found = project.farEntities.get(toKey(toRef('document', call.params.itemId ?? '')));
  if (!found || found.deleted) return dataError(404, 'NOT_FOUND', 'The item was not found.');
  if (isDenied(call, found)) {
    return dataError(403, 'BIM360DM_ERROR', 'You don’t have permission to view this item.');
  }
  return jsonAnswer(200, { jsonapi: { version: '1.0' }, data: toItemRow(found) });
});

type RowMaker = (call: Call, entity: FarEntity, project: Project) => object;

function answerPage(call: Call, project: Project, kind: 'issue' | 'form', toRow: RowMaker): Answer {
  const found = visible(call, project, kind, call.query['filter[deleted]'] ?? 'false');
  const offset = toCount(call.query.offset, 0);
  const limit = Math.min(toCount(call.query.limit, defaultLimit), longestPage);
  return jsonAnswer(200, {
    pagination: { limit, offset, totalResults: found.length },
    results: found.slice(offset, offset + limit).map((one) => toRow(call, one, project)),
  });
}

/** Either the living or the deleted ones, never both. */
function visible(
  call: Call,
  project: Project,
  kind: 'issue' | 'form' | 'checklist' | 'document',
  deleted: string,
): FarEntity[] {
  const isOfAge = (entity: FarEntity) => String(entity.deleted) === deleted;
  return farEntitiesOf(project, kinds[kind]).filter((one) => isOfAge(one) && !isDenied(call, one));
}

function isDenied({ world }: Call, { ref }: FarEntity): boolean {
  return world.switches.deniedEntities.includes(ref.id);
}

function wrongProduct(): Answer {
  return assetsError(404, 'PROJECT_NOT_FOUND', 'The project is not one of this product.');
}

function foldersIn({ folders }: Project, parentId: string): Folder[] {
  return [...folders.values()].filter((folder) => folder.parentId === parentId);
}

function toCount(text: string | undefined, fallback: number): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : fallback;
}

function toIssueRow({ world }: Call, issue: FarEntity, project: Project): object {
  const { ref, number, title, status, deleted, createdAt } = issue;
  const by = world.site.users[0]?.id ?? '';
  return {
    id: ref.id,
    containerId: project.id,
    deleted,
    displayId: number,
    title,
    description: '',
    status,
    createdBy: by,
    createdAt: toIso(createdAt),
    updatedBy: by,
    updatedAt: toIso(createdAt),
  };
}

function toFormRow(_call: Call, { ref, number, title, status, createdAt }: FarEntity): object {
  const at = toIso(createdAt);
  return { id: ref.id, formNum: number, name: title, status, createdAt: at, updatedAt: at };
}

function toChecklistRow({ ref, number, title, status, createdAt }: FarEntity): object {
  const at = toIso(createdAt);
  const attributes = { title, instanceNumber: number, status, createdAt: at, modifiedAt: at };
  return { type: 'instances', id: ref.id, attributes };
}

function toFolderRow({ id, name }: Folder): object {
  return { type: 'folders', id, attributes: { name, displayName: name, hidden: false } };
}

function toItemRow({ ref, title, createdAt }: FarEntity): object {
  const at = toIso(createdAt);
  const attributes = { displayName: title, createTime: at, lastModifiedTime: at, hidden: false };
  return { type: 'items', id: ref.id, attributes };
}
