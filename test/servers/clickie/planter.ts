import { pickUuid, type Random } from '../shared/random.ts';
import { toEmail } from './new-entity.ts';
import {
  type Account,
  type ApiKey,
  type Asset,
  type Collaborator,
  createEdge,
  type Dashboard,
  type EntityRef,
  type EntityType,
  type Metric,
  putEntity,
  type Site,
  type Unit,
} from './site.ts';

/** The key of the person whom the client speaks for. It opens only servers of this kind. */
export const DEFAULT_KEY = 'clickie-test-key';
/** The key of a colleague in the same account. */
export const COLLEAGUE_KEY = 'clickie-colleague-key';
/** A key that opens the tiny site's second account only. */
export const OTHER_ACCOUNT_KEY = 'clickie-other-account-key';

/** The edges of seeds are older than any stale read looks back. */
export const longAgo = 0;

/** Draws a new entity with the next id of its type. */
export interface Planter {
  asset(name: string, categoryId: number, description?: string): Asset;
  metric(name: string, unit: Unit, tags: string): Metric;
  dashboard(name: string, color: string, parentId?: number | null): Dashboard;
  collaborator(name: string, lastName: string, roleId: number): Collaborator;
  link(parent: EntityRef, child: EntityRef): void;
}

/** Fills an account. Ids begin well above 1, so that there is room in front of every list. */
export function createPlanter(account: Account, random: Random): Planter {
  const last: Record<EntityType, number> = {
    assets: 1000,
    metrics: 5000,
    dashboards: 200,
    collaborators: 40,
  };
  const base = (type: EntityType, name: string, description: string | null = null) => {
    last[type] += 1;
    return { id: last[type], name, description, archived: false, deleted: false };
  };
  return {
    asset: (name, categoryId, description) =>
      putEntity(account, { ...base('assets', name, description), type: 'assets', categoryId }),
    metric: (name, unit, tags) =>
      putEntity(account, {
        ...base('metrics', name),
        type: 'metrics',
        identifier: pickUuid(random),
        unit,
        tags,
        createdAt: '2025-01-10T12:00:00.000Z',
      }),
    dashboard: (name, color, parentId = null) =>
      putEntity(account, { ...base('dashboards', name), type: 'dashboards', color, parentId }),
    collaborator: (name, lastName, roleId) => {
      const person = base('collaborators', name);
      return putEntity(account, {
        ...person,
        type: 'collaborators',
        lastName,
        roleId,
        email: toEmail(name, lastName),
      });
    },
    link: (parent, child) => {
      createEdge(account, { parent: toRef(parent), child: toRef(child) }, longAgo);
    },
  };
}

/** Gives the site its usual two keys: one for each of two collaborators, open to the account alone. */
export function addUsualKeys(
  site: Site,
  account: Account,
  owner: Collaborator,
  colleague: Collaborator,
): void {
  site.keys.push(
    toKeyOf(DEFAULT_KEY, [account.id], owner, 2),
    toKeyOf(COLLEAGUE_KEY, [account.id], colleague, 3),
  );
}

/** A key that speaks for a collaborator. */
export function toKeyOf(
  key: string,
  accountIds: readonly number[],
  owner: Collaborator,
  clearance: number,
): ApiKey {
  return { key, accountIds, collaboratorId: owner.id, owner: `${owner.name} ${owner.lastName}`, clearance };
}

function toRef({ type, id }: EntityRef): EntityRef {
  return { type, id };
}
