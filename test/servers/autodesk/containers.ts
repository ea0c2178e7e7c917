import type { Answer } from '../shared/answer.ts';
import {
  assetsError,
  badValue,
  type Call,
  dataError,
  type Endpoint,
  misleadingForbidden,
  serviceError,
} from './answers.ts';
import { isUuid } from './entity-ref.ts';
import type { Hub, Project } from './site.ts';
import type { LimitGroup } from './switches.ts';
import type { Scope } from './tokens.ts';

/** Answers a call about one project that the caller may see. */
export type ProjectHandler = (call: Call, project: Project) => Answer;

/** An endpoint of the Relationships API about one container. */
export function onContainer(scopes: readonly Scope[], handler: ProjectHandler): Endpoint {
  return {
    family: 'relationships',
    open: false,
    group: 'relationships',
    scopes,
    answer(call) {
      const { bim360Api, provisioned } = call.world.switches;
      if (!bim360Api || !provisioned) return misleadingForbidden();
      const { containerId } = call.params;
      if (!isUuid(containerId)) return badValue('containerId', containerId);
      const project = call.world.site.projects.get(containerId.toLowerCase());
      if (!project) return serviceError(404, 'The container does not exist.');
      return refuseRegion(call, project.hub) ?? refuseStranger(call, project) ?? handler(call, project);
    },
  };
}

/** An endpoint of the Assets API or its likes about one project, whose id may begin with `b.`. */
export function onProject(
  group: LimitGroup | null,
  scopes: readonly Scope[],
  handler: ProjectHandler,
): Endpoint {
  return {
    family: 'assets',
    open: false,
    group,
    scopes,
    answer(call) {
      const id: unknown = call.params.projectId?.replace(/^b\./, '');
      if (!isUuid(id)) return assetsError(400, 'INVALID_PROJECT_ID', 'The project id is not valid.');
      const project = call.world.site.projects.get(id.toLowerCase());
      if (!project) return assetsError(404, 'PROJECT_NOT_FOUND', 'The project was not found.');
      if (!call.world.switches.provisioned) return misleadingForbidden();
      if (!project.members.has(call.user.id)) {
        return assetsError(403, 'USER_NOT_AUTHORIZED', 'The user is not a member of the project.');
      }
      return handler(call, project);
    },
  };
}

/** An endpoint of the Data Management APIs about one project, whose id must begin with `b.`. */
export function onDataProject(handler: ProjectHandler): Endpoint {
  return {
    family: 'data',
    open: false,
    group: null,
    scopes: ['data:read'],
    answer(call) {
      const { world, user, params } = call;
      const project = world.site.projects.get((params.projectId ?? '').replace(/^b\./, ''));
      if (!params.projectId?.startsWith('b.') || !project) {
        return dataError(404, 'NOT_FOUND', 'The project was not found.');
      }
      const isAllowed = world.switches.provisioned && project.members.has(user.id);
      return isAllowed
        ? handler(call, project)
        : dataError(403, 'BIM360DM_ERROR', 'You don’t have permission to view this project.');
    },
  };
}

/** Without the header the gateway looks in the US and says something misleading; with a wrong one the service does. */
function refuseRegion({ world, headers }: Call, { region }: Hub): Answer | null {
  const asked = headers['x-ads-region'];
  if (asked === undefined) {
    return world.switches.regionRequired && region !== 'US' ? misleadingForbidden() : null;
  }
  return asked.toUpperCase() === region ? null : noPermission();
}

function refuseStranger({ user }: Call, { members }: Project): Answer | null {
  return members.has(user.id) ? null : noPermission();
}

function noPermission(): Answer {
  return serviceError(403, 'The user does not have permission to execute this action on the container.');
}
