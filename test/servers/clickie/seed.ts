import { createRandom } from '../shared/random.ts';
import { toNewAsset, toNewCollaborator, toNewDashboard, toNewMetric } from './new-entity.ts';
import { units } from './plant-words.ts';
import {
  addUsualKeys,
  COLLEAGUE_KEY,
  createPlanter,
  DEFAULT_KEY,
  longAgo,
  OTHER_ACCOUNT_KEY,
  toKeyOf,
} from './planter.ts';
import {
  type Account,
  addAccount,
  createEdge,
  createSite,
  type EntityType,
  putEntity,
  type Site,
} from './site.ts';

export { type PlantOptions, seedPlant } from './seed-plant.ts';
export { COLLEAGUE_KEY, DEFAULT_KEY, OTHER_ACCOUNT_KEY };

/**
 * Twelve entities with readable ids, for tests: asset 10 has metrics 5 and 20, as on the published page. Asset 20
 * and metric 20 share a number, and so do asset 10 and dashboard 10. Account 2 is another tenant that also has an
 * asset 10; `DEFAULT_KEY` opens both accounts.
 */
export function seedTiny(): Site {
  const site = createSite();
  const account = addAccount(site, 1, 'Main');
  for (const [id, name] of [
    [10, 'Building'],
    [11, 'Boiler room'],
    [12, 'Boiler'],
    [20, 'Warehouse'],
  ] as const) {
    putEntity(account, toNewAsset(id, name));
  }
  for (const [id, name] of [
    [5, 'Temperature'],
    [20, 'Humidity'],
    [21, 'Steam pressure'],
  ] as const) {
    putEntity(account, toNewMetric(id, name));
  }
  putEntity(account, toNewDashboard(10, 'Overview'));
  putEntity(account, { ...toNewDashboard(11, 'Old overview'), archived: true });
  const john = putEntity(account, toNewCollaborator(1, 'John', 'Smith'));
  const jane = putEntity(account, toNewCollaborator(2, 'Jane', 'Doe'));
  putEntity(account, toNewCollaborator(3, 'New', 'User'));
  linkAll(account, [
    ['assets', 10, 'assets', 11],
    ['assets', 10, 'metrics', 5],
    ['assets', 10, 'metrics', 20],
    ['assets', 11, 'assets', 12],
    ['assets', 12, 'metrics', 21],
    ['dashboards', 10, 'assets', 10],
    ['dashboards', 10, 'metrics', 5],
    ['collaborators', 1, 'assets', 10],
    ['collaborators', 2, 'dashboards', 10],
  ]);
  seedOtherAccount(site);
  site.keys.push(toKeyOf(DEFAULT_KEY, [1, 2], john, 2), toKeyOf(COLLEAGUE_KEY, [1], jane, 3));
  return site;
}

/** How much to put into a large site. */
export interface LargeOptions {
  /** Of all four types together. */
  readonly entities: number;
  /** Metrics below the first asset, besides what it has anyway; at most all metrics, none when not given. */
  readonly hubChildren?: number;
  readonly seed?: number;
}

/**
 * A site of any size with about 2.3 edges for each entity: half assets in a tree, 40 % metrics, 8 % dashboards,
 * 2 % collaborators, and some links besides.
 */
export function seedLarge({ entities, hubChildren = 0, seed = 1 }: LargeOptions): Site {
  const random = createRandom(seed);
  const site = createSite();
  const account = addAccount(site, 1, 'Large');
  const plant = createPlanter(account, random);
  const count = (share: number) => Math.max(2, Math.round(entities * share));
  const fill = <T>(share: number, make: (index: number) => T) =>
    Array.from({ length: count(share) }, (_, i) => make(i));
  const assets = fill(0.5, (index) => plant.asset(`Asset ${index + 1}`, 5));
  const metrics = fill(0.4, (index) => plant.metric(`Metric ${index + 1}`, units.celsius, 'temperature'));
  const dashboards = fill(0.08, (index) => plant.dashboard(`Dashboard ${index + 1}`, '#1971C2'));
  const collaborators = fill(0.02, (index) => plant.collaborator(`Person${index + 1}`, 'Large', 3));
  const any = <T>(items: readonly T[], power = 1): T =>
    at(items, Math.floor(random() ** power * items.length));

  for (const [index, asset] of assets.entries()) {
    if (index > 0) plant.link(at(assets, Math.floor((index - 1) / 8)), asset);
    plant.link(asset, any(metrics));
  }
  for (const metric of metrics) plant.link(any(assets, 2), metric);
  for (const dashboard of dashboards) {
    for (let n = 0; n < 9; n += 1) plant.link(dashboard, n % 4 === 0 ? any(assets) : any(metrics));
  }
  for (const person of collaborators) for (let n = 0; n < 8; n += 1) plant.link(person, any(assets, 2));
  for (const metric of metrics.slice(0, hubChildren)) plant.link(at(assets, 0), metric);
  account.changes.length = 0;
  addUsualKeys(site, account, at(collaborators, 0), at(collaborators, 1));
  return site;
}

function seedOtherAccount(site: Site): void {
  const other = addAccount(site, 2, 'Other tenant');
  putEntity(other, toNewAsset(10, 'Somebody else’s building'));
  putEntity(other, toNewMetric(6, 'Somebody else’s temperature'));
  const owner = putEntity(other, toNewCollaborator(9, 'Olga', 'Other'));
  linkAll(other, [['assets', 10, 'metrics', 6]]);
  site.keys.push(toKeyOf(OTHER_ACCOUNT_KEY, [2], owner, 2));
}

function linkAll(
  account: Account,
  edges: readonly (readonly [EntityType, number, EntityType, number])[],
): void {
  for (const [parentType, parentId, childType, childId] of edges) {
    const edge = { parent: { type: parentType, id: parentId }, child: { type: childType, id: childId } };
    createEdge(account, edge, longAgo);
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`No item ${index}`);
  return item;
}
