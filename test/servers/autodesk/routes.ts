import type { Route } from '../shared/app.ts';
import type { Endpoint } from './answers.ts';
import {
  batchGetCategories,
  batchGetStatuses,
  listCategories,
  listCustomAttributes,
  listErrorCodes,
  listStatuses,
  listStatusSets,
} from './asset-settings.ts';
import { batchGetAssets, listAssets } from './assets.ts';
import {
  getChecklist,
  getIssue,
  getItem,
  listChecklists,
  listFolderContents,
  listForms,
  listIssues,
  listTopFolders,
} from './far-ends.ts';
import { getHub, getProject, listHubs, listProjects } from './hubs.ts';
import { deleteAssetRelationships, postAssetRelationships } from './legacy.ts';
import { authorize, revoke, token } from './oauth.ts';
import {
  batchRelationships,
  getRelationship,
  intersectRelationships,
  searchRelationships,
} from './relationship-reads.ts';
import { deleteRelationships, putRelationships } from './relationship-writes.ts';
import { getSyncStatus, syncRelationships } from './sync.ts';
import { getWritable } from './writable.ts';

/** The Assets API has the same shapes at two addresses. A colon that is no parameter is written twice. */
function assetRoutes(base: string): Route<Endpoint>[] {
  const project = (version: string) => `${base}/${version}/projects/:projectId`;
  return [
    ['GET', `${project('v2')}/assets`, listAssets],
    ['POST', `${project('v2')}/assets::batch-get`, batchGetAssets],
    ['GET', `${project('v1')}/categories`, listCategories],
    ['POST', `${project('v1')}/categories::batch-get`, batchGetCategories],
    ['GET', `${project('v1')}/asset-statuses`, listStatuses],
    ['POST', `${project('v1')}/asset-statuses::batch-get`, batchGetStatuses],
    ['GET', `${project('v1')}/status-step-sets`, listStatusSets],
    ['GET', `${project('v1')}/custom-attributes`, listCustomAttributes],
    ['GET', `${base}/v1/error-codes`, listErrorCodes],
  ];
}

const legacy = '/bim360/assets/v1/projects/:projectId';
const container = '/bim360/relationship/v2/containers/:containerId';
const hub = '/project/v1/hubs/:hubId';
const data = '/data/v1/projects/:projectId';
// The containers of issues and checklists have the id of their project here.
const bim360Issues = '/issues/v2/containers/:projectId/issues';
const accIssues = '/construction/issues/v1/projects/:projectId/issues';
const checklists = '/bim360/checklists/v1/containers/:projectId/instances';

/** Everything that is served, below the origin. */
export const routes: readonly Route<Endpoint>[] = [
  ['GET', '/authentication/v2/authorize', authorize],
  ['POST', '/authentication/v2/token', token],
  ['POST', '/authentication/v2/revoke', revoke],
  ['GET', '/project/v1/hubs', listHubs],
  ['GET', hub, getHub],
  ['GET', `${hub}/projects`, listProjects],
  ['GET', `${hub}/projects/:projectId`, getProject],
  ['GET', `${hub}/projects/:projectId/topFolders`, listTopFolders],
  ['GET', `${data}/folders/:folderId/contents`, listFolderContents],
  ['GET', `${data}/items/:itemId`, getItem],
  ...assetRoutes('/bim360/assets'),
  ...assetRoutes('/construction/assets'),
  ['POST', `${legacy}/assets/:assetId/relationships`, postAssetRelationships],
  ['POST', `${legacy}/relationships::delete`, deleteAssetRelationships],
  ['GET', bim360Issues, listIssues('BIM360')],
  ['GET', `${bim360Issues}/:issueId`, getIssue('BIM360')],
  ['GET', accIssues, listIssues('ACC')],
  ['GET', `${accIssues}/:issueId`, getIssue('ACC')],
  ['GET', '/construction/forms/v1/projects/:projectId/forms', listForms],
  ['GET', checklists, listChecklists],
  ['GET', `${checklists}/:instanceId`, getChecklist],
  ['PUT', `${container}/relationships`, putRelationships],
  ['GET', `${container}/relationships/:relationshipId`, getRelationship],
  ['POST', `${container}/relationships::batch`, batchRelationships],
  ['POST', `${container}/relationships::delete`, deleteRelationships],
  ['GET', `${container}/relationships::search`, searchRelationships],
  ['POST', `${container}/relationships::intersect`, intersectRelationships],
  ['POST', `${container}/relationships::sync`, syncRelationships],
  ['POST', `${container}/relationships::syncStatus`, getSyncStatus],
  ['GET', '/bim360/relationship/v2/utility/relationships::writable', getWritable],
];
