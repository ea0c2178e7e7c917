import { z } from 'zod';
import type { EntityField } from '../../../../src-preload/contract/model.ts';
import { RemoteError } from '../errors.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { parseMoment } from '../moment.ts';
import type { EntityRef, Liveness, RemoteEntity } from '../remote.ts';
import { foreign, readBody } from './answers.ts';
import type { AutodeskCalls } from './calls.ts';
import { sendDiagnosed } from './diagnose.ts';
import { DOCUMENT_KIND, fetchDocumentLiveness } from './documents.ts';
import { fetchIssueLiveness } from './far-ends.ts';
import { isUuid, toEndKey, toId } from './kinds.ts';

/** The largest page of assets. */
const PAGE_SIZE = 200;
const PAGE_LIMIT = 10_000;
const MAX_FIELDS = 200;
const MAX_FIELD_LENGTH = 20_000;

type AssetsRequest = Omit<HttpRequest, 'path'> & { version: 'v1' | 'v2'; rest: string };

/** The Assets API has the same shapes at two addresses, one for each product; which one answers is found once. */
async function send(calls: AutodeskCalls, { version, rest, ...request }: AssetsRequest): Promise<HttpAnswer> {
  const ask = (base: string) => {
    const path = `${base}/${version}/projects/${calls.project}/${rest}`;
    return sendDiagnosed(calls, calls.assets, { ...request, path });
  };
  if (calls.assetsBase !== null) return await ask(calls.assetsBase);
  const answer = await ask('/bim360/assets');
  calls.assetsBase = answer.status === 404 ? '/construction/assets' : '/bim360/assets';
  return answer.status === 404 ? await ask(calls.assetsBase) : answer;
}

const Page = z.looseObject({
  pagination: z.looseObject({ cursorState: z.string().nullish() }).nullish(),
  results: z.array(z.unknown()),
});

/** Pages of a list of the Assets API. The end is where the cursor is missing. */
async function* readPages(calls: AutodeskCalls, request: AssetsRequest): AsyncGenerator<readonly unknown[]> {
  const call = `GET ${request.rest}`;
  const seen = new Set<string>();
  for (let cursor = ''; seen.size < PAGE_LIMIT; ) {
    const query = { ...request.query, ...(cursor === '' ? {} : { cursorState: cursor }) };
    const parsed = Page.safeParse(readBody(await send(calls, { ...request, query }), call));
    if (!parsed.success) throw foreign(call, 'the list cannot be read', parsed.error);
    yield parsed.data.results;
    cursor = parsed.data.pagination?.cursorState ?? '';
    if (cursor === '') return;
    if (seen.has(cursor)) throw foreign(call, 'the pages repeat themselves');
    seen.add(cursor);
  }
  throw foreign(call, 'the list has no end');
}

const Text = z.string().nullish();
const AssetRow = z.looseObject({
  id: z.string().refine(isUuid).toLowerCase(),
  clientAssetId: Text,
  categoryId: z.union([z.string(), z.number()]).nullish(),
  statusId: Text,
  description: Text,
  locationId: Text,
  barcode: Text,
  companyId: Text,
  customAttributes: z.record(z.string(), z.unknown()).nullish(),
  createdAt: Text,
  updatedAt: Text,
  deletedAt: Text,
  deletedBy: Text,
  isActive: z.boolean().nullish(),
});

/** Every asset that is not deleted, with its category, status and custom attributes by the names that people know. */
export async function* fetchAssets(
  calls: AutodeskCalls,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const names = {
    categories: calls.categoryNames ?? (await fetchNames(calls, 'categories', 'name', signal)),
    statuses: await fetchNames(calls, 'asset-statuses', 'label', signal),
  };
  let attributes: Names['attributes'] | null = null;
  const query = { limit: PAGE_SIZE, includeCustomAttributes: true };
  const request = { method: 'GET', version: 'v2', rest: 'assets', query, signal } as const;
  for await (const raws of readPages(calls, request)) {
    const rows = raws.map(parseAsset);
    const hasCustom = rows.some(({ customAttributes }) => Object.keys(customAttributes ?? {}).length > 0);
    if (hasCustom) attributes ??= await fetchNames(calls, 'custom-attributes', 'displayName', signal);
    const all = { ...names, attributes: attributes ?? new Map() };
    yield rows.map((row) => toAsset(row, all));
  }
}

interface Names {
  readonly categories: ReadonlyMap<string, string>;
  readonly statuses: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, string>;
}

const SettingRow = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  name: Text,
  label: Text,
  displayName: Text,
});

/** Names of settings by id, of custom attributes by their inner name; none where the user may not read them. */
async function fetchNames(
  calls: AutodeskCalls,
  rest: string,
  key: 'name' | 'label' | 'displayName',
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  try {
    for await (const rows of readPages(calls, { method: 'GET', version: 'v1', rest, signal })) {
      for (const raw of rows) {
        const row = SettingRow.safeParse(raw).data;
        const id = key === 'displayName' ? row?.name : row?.id;
        const name = row?.[key];
        if (typeof id === 'string' && typeof name === 'string') names.set(id, name);
      }
    }
  } catch (error) {
    if (!(error instanceof RemoteError) || !['refused', 'forbidden'].includes(error.kind)) throw error;
  }
  return names;
}

function parseAsset(raw: unknown): z.infer<typeof AssetRow> {
  const parsed = AssetRow.safeParse(raw);
  if (!parsed.success) throw foreign('GET assets', 'an asset cannot be read', parsed.error);
  return parsed.data;
}

function toAsset({ id, clientAssetId, ...row }: z.infer<typeof AssetRow>, names: Names): RemoteEntity {
  const name = clientAssetId?.trim() ? clientAssetId : `asset ${id}`;
  const categoryId = row.categoryId === undefined || row.categoryId === null ? null : String(row.categoryId);
  const plain: [string, unknown][] = [
    ['category', categoryId === null ? null : (names.categories.get(categoryId) ?? categoryId)],
    ['status', row.statusId ? (names.statuses.get(row.statusId) ?? row.statusId) : null],
    ['description', row.description],
    ['locationId', row.locationId],
    ['barcode', row.barcode],
    ['companyId', row.companyId],
    ['createdAt', row.createdAt],
    ['updatedAt', row.updatedAt],
  ];
  const custom = Object.entries(row.customAttributes ?? {}).map(([key, value]): [string, unknown] => [
    names.attributes.get(key) ?? key,
    value,
  ]);
  const archived = row.isActive === false;
  return {
    kind: 'asset',
    remoteId: id,
    lookupId: id,
    name,
    archived,
    fields: toFields([...plain, ...custom]),
  };
}

/** Every field that has a value, bounded; a list as its items, anything deeper as JSON text. */
export function toFields(entries: readonly (readonly [string, unknown])[]): EntityField[] {
  return entries
    .filter(([, value]) => value !== undefined && value !== null)
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => ({ name, value: toFieldValue(value) }));
}

function toFieldValue(value: unknown): EntityField['value'] {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.slice(0, MAX_FIELD_LENGTH);
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return (isPlainList ? value.join(', ') : JSON.stringify(value)).slice(0, MAX_FIELD_LENGTH);
}

const CategoryRow = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  name: Text,
  description: Text,
  isActive: z.boolean().nullish(),
});

/** Every category, with the inactive ones. Their names are kept for the assets, which are listed next. */
export async function* fetchCategories(
  calls: AutodeskCalls,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const request = { method: 'GET', version: 'v1', rest: 'categories', signal } as const;
  const names = new Map<string, string>();
  for await (const rows of readPages(calls, request)) {
    const categories = rows.map(toCategory);
    for (const { remoteId, name } of categories) names.set(remoteId, name);
    yield categories;
  }
  calls.categoryNames = names;
}

function toCategory(raw: unknown): RemoteEntity {
  const parsed = CategoryRow.safeParse(raw);
  if (!parsed.success) throw foreign('GET categories', 'a category cannot be read', parsed.error);
  const { id, name, description, isActive } = parsed.data;
  const shown = name?.trim() ? name : `category ${id}`;
  const fields = toFields([['description', description || null]]);
  return { kind: 'category', remoteId: id, lookupId: id, name: shown, archived: isActive === false, fields };
}

/** Assets are asked for with the deleted ones: one that is left out even there is not known to be gone. */
export async function fetchLiveness(
  calls: AutodeskCalls,
  entity: EntityRef,
  signal: AbortSignal,
): Promise<Liveness> {
  const { kind, lookupId } = entity;
  if (kind === DOCUMENT_KIND) return await fetchDocumentLiveness(calls, lookupId, signal);
  if (!isUuid(lookupId)) return 'unknown';
  if (kind === 'issue') return await fetchIssueLiveness(calls, toId(lookupId), signal);
  if (kind !== 'asset') return 'unknown';
  const call = 'POST assets:batch-get';
  const request = { method: 'POST', version: 'v2', rest: 'assets:batch-get', isRead: true, signal } as const;
  const query = { includeDeleted: true };
  const answer = await send(calls, { ...request, query, body: { ids: [toId(lookupId)] } });
  const parsed = Page.safeParse(readBody(answer, call));
  if (!parsed.success) throw foreign(call, 'the list cannot be read', parsed.error);
  const rows = parsed.data.results.flatMap((raw) => AssetRow.safeParse(raw).data ?? []);
  const asset = rows.find(({ id }) => id === toId(lookupId));
  if (asset === undefined) return 'unknown';
  if (asset.isActive !== false && !asset.deletedAt) return 'alive';
  const removal = { at: parseMoment(asset.deletedAt) ?? null, by: asset.deletedBy ?? null };
  calls.removals.set(toEndKey(entity), removal);
  return 'gone';
}
