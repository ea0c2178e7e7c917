import { createRandom } from '../shared/random.ts';
import { addUsualKeys, FLEET_TENANT, HELPDESK_KEY, OTHER_TENANT_KEY, toKeyOf } from './keys.ts';
import { createPlanter, seededAt } from './planter.ts';
import {
  type Asset,
  addTenant,
  createLink,
  createSite,
  putAsset,
  putClient,
  type Site,
  toNewAsset,
} from './site.ts';

export { COLLEAGUE_KEY, DEFAULT_KEY, HELPDESK_KEY, OTHER_TENANT_KEY, REVOKED_KEY } from './keys.ts';
export { type FleetOptions, seedFleet } from './seed-fleet.ts';

/** A UUID that can be read: `…-000000000007` for 7. */
export function tinyId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** The tenants of the tiny fleet, the first being the one of `DEFAULT_KEY`. */
export const TINY_TENANTS = { first: tinyId(9001), second: tinyId(9002), helpdesk: tinyId(9003) } as const;

const minuteMs = 60_000;

/**
 * Seven assets of two clients with readable ids, for tests: 1 firewall, 2 switch, 3 server, 4 backup store,
 * 5 and 6 workstations, 7 printer. 5 and 3 are related in both directions, and nothing is related to 7. The
 * second tenant also has an asset 1; the third has no assets at all.
 */
export function seedTinyFleet(): Site {
  const site = createSite();
  const tenant = addTenant(site, { id: TINY_TENANTS.first, name: 'Small MSP' });
  putClient(tenant, { id: tinyId(801), name: 'Acme', billingEmail: 'billing@acme.example' });
  putClient(tenant, { id: tinyId(802), name: 'Globex', billingEmail: 'billing@globex.example' });
  for (const [n, name, assetType, client] of [
    [1, 'Firewall', 'network_device', 801],
    [2, 'Switch', 'network_device', 801],
    [3, 'Server', 'server', 801],
    [4, 'Backup store', 'server', 801],
    [5, 'Ws one', 'workstation', 801],
    [6, 'Ws two', 'workstation', 802],
    [7, 'Printer', 'printer', 802],
  ] as const) {
    putAsset(tenant, toTiny(n, name, assetType, client));
  }
  for (const [parent, type, child] of [
    [2, 'connected to', 1],
    [3, 'connected to', 2],
    [3, 'backed up by', 4],
    [5, 'depends on', 3],
    [3, 'related', 5],
    [6, 'Depends on', 3],
  ] as const) {
    createLink(tenant, toTinyLink(parent, type, child));
  }
  addUsualKeys(site, tenant);
  addOtherTenants(site);
  return site;
}

/** The id that the relationship between two tiny assets has on servers that give ids. */
export function tinyLinkId(parent: number, child: number): string {
  return tinyId(parent * 1000 + child);
}

/** How much to put into a large fleet. */
export interface LargeFleetOptions {
  readonly assets: number;
  /** At most `assets * (assets - 1) / 2`, so that drawing pairs comes to an end. */
  readonly relationships: number;
  readonly seed?: number;
}

/** A fleet of any size for one client: a tree of connections, and links drawn at random, most to few assets. */
export function seedLargeFleet({ assets: count, relationships, seed = 1 }: LargeFleetOptions): Site {
  if (relationships > (count * (count - 1)) / 2) throw new Error('Too many relationships for so few assets');
  const random = createRandom(seed);
  const site = createSite();
  const tenant = addTenant(site, { id: FLEET_TENANT, name: 'Large MSP' });
  const plant = createPlanter(tenant, random);
  const { id: clientId } = plant.client('Large company', 'large.example');
  const assets = Array.from({ length: count }, (_, n) =>
    plant.asset({
      tag: `L-${n + 1}`,
      name: `Asset ${n + 1}`,
      assetType: toLargeType(n),
      clientId,
      location: null,
    }),
  );
  for (let n = 1; n < count && tenant.links.size < relationships; n += 1) {
    plant.link(at(assets, n), 'connected to', at(assets, Math.floor((n - 1) / 8)));
  }
  const pick = (power: number) => at(assets, Math.floor(random() ** power * count));
  while (tenant.links.size < relationships) {
    const [from, to] = [pick(1), pick(2)];
    if (from !== to) plant.link(from, 'depends on', to);
  }
  addUsualKeys(site, tenant);
  return site;
}

/** One moment of creation for each, one minute apart, so that their order is known. */
function toTiny(n: number, name: string, assetType: string, client: number): Asset {
  const createdAt = seededAt + n * minuteMs;
  return toNewAsset({ id: tinyId(n), tag: `T-${n}`, name, assetType, clientId: tinyId(client), createdAt });
}

function toTinyLink(parent: number, relationshipType: string, child: number) {
  const ends = { parentId: tinyId(parent), childId: tinyId(child) };
  return { ...ends, relationshipId: tinyLinkId(parent, child), relationshipType, createdAt: seededAt };
}

function addOtherTenants(site: Site): void {
  const other = addTenant(site, { id: TINY_TENANTS.second, name: 'Another MSP' });
  putClient(other, { id: tinyId(811), name: 'Initech', billingEmail: 'billing@initech.example' });
  putAsset(other, toTiny(1, 'Somebody else’s firewall', 'network_device', 811));
  putAsset(other, toTiny(51, 'Somebody else’s server', 'server', 811));
  createLink(other, toTinyLink(51, 'connected to', 1));
  addTenant(site, { id: TINY_TENANTS.helpdesk, name: 'Helpdesk only', product: 'algadesk' });
  site.keys.push(
    toKeyOf(OTHER_TENANT_KEY, TINY_TENANTS.second, 'Olga Other'),
    toKeyOf(HELPDESK_KEY, TINY_TENANTS.helpdesk, 'Hal Helpdesk'),
  );
}

function toLargeType(n: number): string {
  if (n % 40 === 0) return 'network_device';
  return n % 12 === 0 ? 'server' : 'workstation';
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`No item ${index}`);
  return item;
}
