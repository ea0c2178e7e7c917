import { jsonAnswer } from '../shared/answer.ts';
import { assetsError, type Call, type Endpoint, isRecord, parseBody, toIso } from './answers.ts';
import { onProject } from './containers.ts';
import type { Category, Project, Status } from './site.ts';

/** Settings are older than everything else. */
const settingsTime = Date.UTC(2024, 0, 8, 7);
const mostInBatch = 100;

/** `GET v1 …/categories`: active and inactive ones, in one page. */
export const listCategories = onProject('assetReads', ['data:read'], (call, project) => {
  const isActive = call.query['filter[isActive]'];
  const parentId = call.query['filter[parentId]'];
  const found = [...project.categories.values()].filter(
    (category) =>
      (isActive === undefined || String(category.isActive) === isActive) &&
      (parentId === undefined || category.parentId === parentId),
  );
  return answerAll(found.map((category) => toCategoryRow(call, project, category)));
});

/** `POST v1 …/categories:batch-get`. */
export const batchGetCategories = onProject('assetReads', ['data:read'], (call, project) =>
  answerBatch(call, (id) => {
    const category = project.categories.get(id);
    return category && toCategoryRow(call, project, category);
  }),
);

/** `GET v1 …/asset-statuses`. */
export const listStatuses = onProject('assetReads', ['data:read'], (call, project) => {
  const rows = [...project.statuses.values()].map((status) => toStatusRow(call, project, status));
  return answerAll(rows);
});

/** `POST v1 …/asset-statuses:batch-get`. */
export const batchGetStatuses = onProject('assetReads', ['data:read'], (call, project) =>
  answerBatch(call, (id) => {
    const status = project.statuses.get(id);
    return status && toStatusRow(call, project, status);
  }),
);

/** `GET v1 …/status-step-sets`. */
export const listStatusSets = onProject('assetReads', ['data:read'], (call, project) => {
  const bySet = Map.groupBy(project.statuses.values(), ({ setId }) => setId);
  const rows = [...bySet].map(([id, statuses], index) => ({
    id,
    name: `Set ${index + 1}`,
    isDefault: index === 0,
    values: statuses.map((status) => toStatusRow(call, project, status)),
    ...toStamps(call),
  }));
  return answerAll(rows);
});

/** `GET v1 …/custom-attributes`: the ones that the seeds use. */
export const listCustomAttributes = onProject('assetReads', ['data:read'], (call) =>
  answerAll([
    { id: 'ca1', name: 'ca1', displayName: 'Manufacturer', dataType: 'text', ...toStamps(call) },
    { id: 'ca2', name: 'ca2', displayName: 'Rated power (kW)', dataType: 'numeric', ...toStamps(call) },
  ]),
);

/** Some of the 61 published codes; the names but for the first are in their manner. */
const errorCodes = [
  {
    name: 'FIELD_EXCEEDS_MAX_LENGTH',
    description: 'A field exceeds the maximum length',
    httpStatusCode: 400,
    metadataKeys: ['fieldName', 'maxStringLength'],
  },
  {
    name: 'INVALID_PROJECT_ID',
    description: 'The project id is not valid',
    httpStatusCode: 400,
    metadataKeys: [],
  },
  { name: 'ASSET_NOT_FOUND', description: 'The asset was not found', httpStatusCode: 404, metadataKeys: [] },
];

/** `GET v1 /error-codes`, for which nobody needs to log in. */
export const listErrorCodes: Endpoint = {
  family: 'assets',
  open: true,
  answer: () => answerAll(errorCodes),
};

function answerAll(results: readonly object[]) {
  const { length } = results;
  return jsonAnswer(200, {
    pagination: { limit: Math.max(length, 1), offset: 0, totalResults: length },
    results,
  });
}

function answerBatch({ body }: Call, find: (id: string) => object | undefined) {
  const value = parseBody(body);
  const ids: unknown = isRecord(value) ? value.ids : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > mostInBatch) {
    return assetsError(400, 'INVALID_REQUEST_BODY', 'The ids are not valid.');
  }
  return jsonAnswer(200, { results: ids.flatMap((id) => find(String(id)) ?? []) });
}

function toCategoryRow(call: Call, project: Project, { id, name, parentId, isActive }: Category): object {
  const children = [...project.categories.values()].filter((one) => one.parentId === id);
  return {
    id,
    name,
    description: '',
    ...(parentId === null ? {} : { parentId }),
    isRoot: parentId === null,
    isLeaf: children.length === 0,
    subcategoryIds: children.map((child) => child.id),
    isActive,
    ...(call.query.includeUid === 'true' ? { uid: `category-${id}` } : {}),
    ...toStamps(call),
  };
}

function toStatusRow(call: Call, project: Project, { id, label, color, setId, sortOrder }: Status): object {
  return {
    id,
    label,
    description: '',
    color,
    statusStepSetId: setId,
    bucket: 'open',
    sortOrder,
    version: 1,
    projectId: project.id,
    isActive: true,
    ...toStamps(call),
  };
}

function toStamps({ world }: Call): object {
  const by = world.site.users[0]?.id ?? '';
  const at = toIso(settingsTime);
  return { createdAt: at, createdBy: by, updatedAt: at, updatedBy: by };
}
