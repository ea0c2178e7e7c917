import { type Call, type Issue, isUuid, type World } from './answers.ts';
import { toColumns } from './rows.ts';
import type { Asset, Tenant } from './site.ts';

/** A query as it was understood. */
export interface AssetQuery {
  readonly page: number;
  readonly limit: number;
  readonly sort: string;
  readonly order: string;
}

type Query = Call['query'];

/** What is accepted for a key of a query, and what is said otherwise. */
interface Rule {
  readonly keys: readonly string[];
  readonly accepts: (text: string) => boolean;
  readonly code: string;
  readonly message: string;
}

const isWholeNumber = (text: string) => /^\d{1,9}$/.test(text);

const rules: readonly Rule[] = [
  {
    keys: ['page'],
    accepts: (text) => isWholeNumber(text) && Number(text) >= 1,
    code: 'too_small',
    message: 'Number must be greater than or equal to 1',
  },
  {
    keys: ['limit'],
    accepts: (text) => isWholeNumber(text) && Number(text) >= 1 && Number(text) <= 100,
    code: 'custom',
    message: 'Number must be from 1 to 100',
  },
  {
    keys: ['order'],
    accepts: (text) => text === 'asc' || text === 'desc',
    code: 'invalid_enum_value',
    message: "Invalid enum value. Expected 'asc' | 'desc'",
  },
  {
    keys: ['has_warranty', 'warranty_expired'],
    accepts: (text) => text === 'true' || text === 'false',
    code: 'invalid_enum_value',
    message: "Invalid enum value. Expected 'true' | 'false'",
  },
  {
    keys: ['client_id', 'location_id'],
    accepts: isUuid,
    code: 'invalid_string',
    message: 'Invalid uuid',
  },
  {
    keys: ['purchase_date_from', 'purchase_date_to', 'warranty_end_from', 'warranty_end_to'],
    accepts: (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text),
    code: 'invalid_string',
    message: 'Invalid datetime',
  },
];

/** What is wrong with the query of a list of assets. Keys that are not known are dropped in silence. */
export function findQueryIssues(query: Query): Issue[] {
  return rules.flatMap(({ keys, accepts, code, message }) =>
    keys.flatMap((key) => {
      const text = query[key];
      return text === undefined || accepts(text) ? [] : [{ code, message, path: [key] }];
    }),
  );
}

/** Page, size and order, for a query without issues. */
export function toAssetQuery({
  page = '1',
  limit = '25',
  sort = 'created_at',
  order = 'desc',
}: Query): AssetQuery {
  return { page: Number(page), limit: Number(limit), sort, order };
}

/** The columns that can be sorted by; any other makes the database fail. */
export function isColumn(tenant: Tenant, name: string): boolean {
  const [any] = tenant.assets.values();
  return any === undefined || Object.hasOwn(toColumns(tenant, any), name);
}

/** How the value of a column is reached. */
export function toReader(column: string): (asset: Asset) => string | number | null {
  const key = sortable[column];
  return key === undefined ? () => null : (asset) => asset[key];
}

/** The columns that are not always null. */
const sortable: Readonly<Record<string, Exclude<keyof Asset, 'extension'>>> = {
  asset_id: 'id',
  asset_tag: 'tag',
  serial_number: 'serialNumber',
  name: 'name',
  status: 'status',
  location: 'location',
  purchase_date: 'purchasedAt',
  warranty_end_date: 'warrantyEndsAt',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  asset_type: 'assetType',
  client_id: 'clientId',
};

/** Whether an asset passes all filters. Many that look like filters are accepted and ignored. */
export function matches(world: World, asset: Asset, query: Query): boolean {
  const contains = (value: string | null, part: string | undefined) =>
    part === undefined || (value?.toLowerCase().includes(part.toLowerCase()) ?? false);
  return (
    matchesCounted(world, asset, query) &&
    contains(asset.tag, query.asset_tag) &&
    contains(asset.name, query.name) &&
    contains(asset.location, query.location) &&
    (query.has_warranty === undefined || String(asset.warrantyEndsAt !== null) === query.has_warranty) &&
    isBetween(asset.purchasedAt, query.purchase_date_from, query.purchase_date_to) &&
    isBetween(asset.warrantyEndsAt, query.warranty_end_from, query.warranty_end_to)
  );
}

/** Whether an asset passes the few filters that the total knows of; with others, the total is too large. */
export function matchesCounted({ now }: World, asset: Asset, query: Query): boolean {
  const isExpired = asset.warrantyEndsAt !== null && asset.warrantyEndsAt < now();
  return (
    // No asset of these sites has a location of its own.
    query.location_id === undefined &&
    isSame(asset.clientId, query.client_id?.toLowerCase()) &&
    isSame(asset.status, query.status) &&
    isSame(asset.assetType, query.asset_type) &&
    isSame(String(isExpired), query.warranty_expired)
  );
}

function isSame(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || value === wanted;
}

function isBetween(at: number | null, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  if (at === null) return false;
  return (from === undefined || at >= Date.parse(from)) && (to === undefined || at <= Date.parse(to));
}
