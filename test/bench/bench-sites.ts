import { seedLarge } from '../servers/clickie/seed.ts';
import {
  type Account,
  allEdges,
  createEdge,
  edgesOf,
  entitiesOf,
  entityTypes,
  mustAccount,
  type Site,
} from '../servers/clickie/site.ts';
import { createRandom, type Random } from '../servers/shared/random.ts';

/** What the requests of a pull are counted for. */
export const ASSETS = 2000;
export const RELATIONSHIPS = 20_000;
const PAGE = 100;

/** A Clickie site with 2,000 assets, metrics, dashboards and people to match, and 20,000 relationships. */
export function seedClickieBench(): Site {
  const site = seedLarge({ entities: 2 * ASSETS });
  const account = mustAccount(site);
  const random = createRandom(7);
  const [assets, metrics] = [entitiesOf(account, 'assets'), entitiesOf(account, 'metrics')];
  let missing = RELATIONSHIPS - allEdges(account).length;
  while (missing > 0) {
    const [parent, child] = [pick(random, assets), pick(random, metrics)];
    const isNew = createEdge(account, { parent, child }, 0);
    if (isNew) missing -= 1;
  }
  account.changes.length = 0;
  return site;
}

/** A site with few entities and so many relationships, so that a pull brings as many as it can in little time. */
export function seedDense(relationships: number): Site {
  const site = seedLarge({ entities: 2000 });
  const account = mustAccount(site);
  const random = createRandom(7);
  const [assets, metrics] = [entitiesOf(account, 'assets'), entitiesOf(account, 'metrics')];
  let missing = relationships - allEdges(account).length;
  while (missing > 0) {
    if (createEdge(account, { parent: pick(random, assets), child: pick(random, metrics) }, 0)) missing -= 1;
  }
  account.changes.length = 0;
  return site;
}

function pick(random: Random, entities: readonly ReturnType<typeof entitiesOf>[number][]) {
  const entity = entities[Math.floor(random() * entities.length)];
  if (entity === undefined) throw new Error('There is nothing to pick from');
  return { type: entity.type, id: entity.id };
}

/** A list of so many rows is read to its empty page. */
const toPages = (rows: number) => Math.ceil(rows / PAGE) + 1;

/**
 * What a first pull of Clickie needs: the pages of the four lists (the two that can be archived are read twice, for
 * those in use and those archived), and for each entity, since any may be a parent, the pages of its children. A search
 * tells metrics of assets only, so that every asset would still have to be asked for its other children, at one request
 * for each of three types: that is never less than the two requests of its one list.
 */
export function countClickieNeeds(account: Account): number {
  let needs = 0;
  for (const type of entityTypes) {
    const entities = entitiesOf(account, type);
    const archived = entities.filter((entity) => entity.archived).length;
    const isArchivable = type === 'assets' || type === 'dashboards';
    needs += isArchivable
      ? toPages(entities.length - archived) + toPages(archived)
      : toPages(entities.length);
    for (const entity of entities) needs += toPages(edgesOf(account, entity, 'children').length);
  }
  return needs;
}
