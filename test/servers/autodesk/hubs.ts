import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { type Call, dataError, type Endpoint } from './answers.ts';
import type { Hub, Project } from './site.ts';

const jsonapi = { version: '1.0' };
const defaultLimit = 100;

/** `GET /project/v1/hubs`: the accounts in which the user is a member of some project. */
export const listHubs: Endpoint = forUser((call) => {
  const hubs = new Map(visibleProjects(call).map(({ hub }) => [hub.id, hub]));
  const meta = call.world.switches.provisioned ? {} : { meta: { warnings: [toWarning()] } };
  return jsonAnswer(200, {
    jsonapi,
    links: { self: { href: `${call.world.origin()}${call.path}` } },
    data: [...hubs.values()].map((hub) => toHubRow(call, hub)),
    ...meta,
  });
});

/** `GET /project/v1/hubs/{hubId}`. */
export const getHub: Endpoint = forUser((call) => {
  const hub = visibleProjects(call).find((project) => `b.${project.hub.id}` === call.params.hubId)?.hub;
  return hub ? jsonAnswer(200, { jsonapi, data: toHubRow(call, hub) }) : noHub();
});

/** `GET /project/v1/hubs/{hubId}/projects`, in pages counted from 0. */
export const listProjects: Endpoint = forUser((call) => {
  const projects = visibleProjects(call).filter(({ hub }) => `b.${hub.id}` === call.params.hubId);
  if (projects.length === 0) return noHub();
  return answerDataPage(
    call,
    projects.map((project) => toProjectRow(call, project)),
  );
});

/** `GET /project/v1/hubs/{hubId}/projects/{projectId}`. */
export const getProject: Endpoint = forUser((call) => {
  const project = visibleProjects(call).find(
    ({ id, hub }) => `b.${hub.id}` === call.params.hubId && `b.${id}` === call.params.projectId,
  );
  return project
    ? jsonAnswer(200, { jsonapi, data: toProjectRow(call, project) })
    : dataError(404, 'NOT_FOUND', 'The project was not found.');
});

/** One page of a JSON:API list; `page[number]` counts from 0. */
export function answerDataPage(
  call: Call,
  rows: readonly object[],
  included: readonly object[] = [],
): Answer {
  const number = Number(call.query['page[number]'] ?? '0');
  const limit = Number(call.query['page[limit]'] ?? String(defaultLimit));
  if (!Number.isInteger(number) || number < 0 || !Number.isInteger(limit) || limit < 1) {
    return dataError(400, 'BAD_INPUT', 'The page is not valid.');
  }
  const toHref = (page: number) => {
    const query = new URLSearchParams({ 'page[number]': String(page), 'page[limit]': String(limit) });
    return { href: `${call.world.origin()}${call.path}?${query}` };
  };
  const isLast = (number + 1) * limit >= rows.length;
  return jsonAnswer(200, {
    jsonapi,
    links: { self: toHref(number), ...(isLast ? {} : { next: toHref(number + 1) }) },
    data: rows.slice(number * limit, (number + 1) * limit),
    ...(included.length > 0 ? { included } : {}),
  });
}

/** The id of a project's root folder, which holds the folders of documents. */
export function toRootFolderId(project: Project): string {
  return `urn:adsk.wipprod:fs.folder:co.${project.id.replaceAll('-', '').slice(0, 22)}`;
}

function forUser(answer: (call: Call) => Answer): Endpoint {
  return { family: 'data', open: false, group: null, scopes: ['data:read'], answer };
}

/** An app that no administrator has added sees nothing. */
function visibleProjects({ world, user }: Call): Project[] {
  if (!world.switches.provisioned) return [];
  return [...world.site.projects.values()].filter(({ members }) => members.has(user.id));
}

function noHub(): Answer {
  return dataError(404, 'NOT_FOUND', 'The hub was not found.');
}

function toWarning(): object {
  return {
    Id: null,
    HttpStatusCode: '403',
    ErrorCode: 'BIM360DM_ERROR',
    Title: 'Unable to get hubs from BIM360DM.',
    Detail: 'You don’t have permission to access this API',
    AboutLink: null,
    Source: [],
    meta: [],
  };
}

function toHubRow(call: Call, { id, name, region }: Hub): object {
  return {
    type: 'hubs',
    id: `b.${id}`,
    attributes: { name, extension: toExtension('hubs:autodesk.bim360:Account', {}), region },
    relationships: {
      projects: { links: { related: { href: `${call.world.origin()}/project/v1/hubs/b.${id}/projects` } } },
    },
    links: { self: { href: `${call.world.origin()}/project/v1/hubs/b.${id}` } },
  };
}

function toProjectRow(call: Call, project: Project): object {
  const { id, name, product, hub } = project;
  const href = `${call.world.origin()}/project/v1/hubs/b.${hub.id}/projects/b.${id}`;
  return {
    type: 'projects',
    id: `b.${id}`,
    attributes: {
      name,
      scopes: [`b360project.${id}`, 'global', `b360tenant.${hub.id}`],
      extension: toExtension('projects:autodesk.bim360:Project', { projectType: product }),
    },
    relationships: {
      hub: { data: { type: 'hubs', id: `b.${hub.id}` } },
      rootFolder: { data: { type: 'folders', id: toRootFolderId(project) } },
      topFolders: { links: { related: { href: `${href}/topFolders` } } },
      issues: { data: { type: 'issueContainerId', id } },
      checklists: { data: { type: 'checklistsContainerId', id } },
    },
    links: { self: { href } },
  };
}

function toExtension(type: string, data: object): object {
  return { type, version: '1.0', data };
}
