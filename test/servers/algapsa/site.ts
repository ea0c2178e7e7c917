/** A company that the service provider looks after. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly billingEmail: string;
}

/** An asset. Times are milliseconds since 1970; what the wire calls it is in `rows.ts`. */
export interface Asset {
  readonly id: string;
  readonly tag: string;
  readonly name: string;
  /** Any text; the product itself knows workstation, network_device, server, mobile_device, printer, unknown. */
  readonly assetType: string;
  readonly status: string;
  readonly clientId: string;
  readonly serialNumber: string | null;
  readonly location: string | null;
  readonly purchasedAt: number | null;
  readonly warrantyEndsAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What the table of its type holds; null for a type without a table, undefined for no row there. */
  readonly extension: Readonly<Record<string, string | number>> | null | undefined;
}

/** A relationship. Its identity is the ordered pair; the id exists on repaired and imagined servers only. */
export interface Link {
  readonly parentId: string;
  readonly childId: string;
  readonly relationshipId: string;
  readonly relationshipType: string;
  readonly createdAt: number;
}

/** One customer of the product, with all that it sees. Asset ids are unique within a tenant only. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** `algadesk` has no assets: the server refuses. */
  readonly product: 'algapsa' | 'algadesk';
  readonly clients: Map<string, Client>;
  /** In the order of their creation. */
  readonly assets: Map<string, Asset>;
  readonly links: Map<string, Link>;
  /** The keys in `links` of those that touch an asset, in the order of their creation. */
  readonly linkKeys: Map<string, Set<string>>;
}

/** A key with the tenant that it opens. */
export interface ApiKey {
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly tenantId: string;
  readonly owner: string;
  /** False once it was revoked, has expired or lost its owner. */
  readonly active: boolean;
}

/** All the data that a server holds. */
export interface Site {
  readonly tenants: Map<string, Tenant>;
  readonly keys: ApiKey[];
}

/** A site without tenants. */
export function createSite(): Site {
  return { tenants: new Map(), keys: [] };
}

/** Adds a tenant without anything in it. */
export function addTenant(
  site: Site,
  { id, name, product = 'algapsa' }: Pick<Tenant, 'id' | 'name'> & Partial<Pick<Tenant, 'product'>>,
): Tenant {
  const maps = { clients: new Map(), assets: new Map(), links: new Map(), linkKeys: new Map() };
  const tenant: Tenant = { id, name, product, ...maps };
  site.tenants.set(id, tenant);
  return tenant;
}

/** The tenant asked for, or the first one. Throws when there is none, which only a mistake in a test can cause. */
export function mustTenant(site: Site, id?: string): Tenant {
  const tenant = id === undefined ? site.tenants.values().next().value : site.tenants.get(id);
  if (!tenant) throw new Error(`No tenant ${id ?? ''}`);
  return tenant;
}

/** Adds or replaces a client. */
export function putClient(tenant: Tenant, client: Client): Client {
  tenant.clients.set(client.id, client);
  return client;
}

/** Adds or replaces an asset. */
export function putAsset(tenant: Tenant, asset: Asset): Asset {
  tenant.assets.set(asset.id, asset);
  return asset;
}

/** Deletes an asset and, as the database does, its relationships. Returns whether it existed. */
export function deleteAsset(tenant: Tenant, id: string): boolean {
  for (const link of linksOf(tenant, id)) deleteLink(tenant, link.parentId, link.childId);
  tenant.linkKeys.delete(id);
  return tenant.assets.delete(id);
}

/** Adds a relationship. Returns false, and changes nothing, when the ordered pair has one already. */
export function createLink(tenant: Tenant, link: Link): boolean {
  const key = toKey(link.parentId, link.childId);
  if (tenant.links.has(key)) return false;
  tenant.links.set(key, link);
  for (const id of [link.parentId, link.childId]) keysOf(tenant, id).add(key);
  return true;
}

/** Returns whether there was a relationship. */
export function deleteLink(tenant: Tenant, parentId: string, childId: string): boolean {
  const key = toKey(parentId, childId);
  for (const id of [parentId, childId]) tenant.linkKeys.get(id)?.delete(key);
  return tenant.links.delete(key);
}

/** The relationship from `parentId` to `childId`; the reverse is another one. */
export function findLink(tenant: Tenant, parentId: string, childId: string): Link | undefined {
  return tenant.links.get(toKey(parentId, childId));
}

/** Finds a relationship by the id that a repaired server gives it. */
export function findLinkById(tenant: Tenant, relationshipId: string): Link | undefined {
  return tenant.links.values().find((link) => link.relationshipId === relationshipId);
}

/** The relationships that an asset takes part in, at either end. */
export function linksOf(tenant: Tenant, id: string): Link[] {
  return [...(tenant.linkKeys.get(id) ?? [])].flatMap((key) => tenant.links.get(key) ?? []);
}

/** An asset with plain values for all that is not given. */
export function toNewAsset(
  about: Pick<Asset, 'id' | 'name' | 'clientId' | 'createdAt'> & Partial<Asset>,
): Asset {
  return {
    tag: `TAG-${about.id.slice(-4)}`,
    assetType: 'workstation',
    status: 'active',
    serialNumber: null,
    location: null,
    purchasedAt: null,
    warrantyEndsAt: null,
    updatedAt: about.createdAt,
    extension: undefined,
    ...about,
  };
}

function toKey(parentId: string, childId: string): string {
  return `${parentId} ${childId}`;
}

function keysOf(tenant: Tenant, id: string): Set<string> {
  const keys = tenant.linkKeys.get(id) ?? new Set();
  tenant.linkKeys.set(id, keys);
  return keys;
}
