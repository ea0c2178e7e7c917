import { jsonAnswer } from '../shared/answer.ts';
import { assetsError, type Call, isRecord, parseBody, toIso } from './answers.ts';
import { onProject } from './containers.ts';
import type { Asset, Project } from './site.ts';

const defaultLimit = 25;
const longestPage = 200;
const mostInBatch = 100;

/** What part of the list is asked for. */
interface Cursor {
  readonly limit: number;
  readonly offset: number;
}

type Query = Readonly<Record<string, string>>;

/** `GET v2 …/assets`: the end is where `cursorState` is missing. */
export const listAssets = onProject('assetReads', ['data:read'], (call, project) => {
  const cursor = parseCursor(call);
  if (!cursor) return assetsError(400, 'INVALID_QUERY_PARAMETER', 'The limit or cursorState is not valid.');
  const matches = toFilter(call.query, project);
  if (!matches)
    return assetsError(400, 'INVALID_QUERY_PARAMETER', 'The range of filter[updatedAt] is not valid.');
  const compare = toOrder(call.query.sort);
  if (!compare) return assetsError(400, 'INVALID_QUERY_PARAMETER', 'The sort is not valid.');
  const found = [...project.assets.values()].filter(matches).sort(compare);
  const { offset, limit } = cursor;
  const results = found.slice(offset, offset + limit).map((asset) => toAssetRow(call, asset));
  const isLast = offset + limit >= found.length;
  return jsonAnswer(200, {
    pagination: { limit, offset, ...(isLast ? {} : toNext(call, { limit, offset: offset + limit })) },
    results,
  });
});

/** `POST v2 …/assets:batch-get`: up to 100 by their ids; unknown ones are left out in silence. */
export const batchGetAssets = onProject('assetReads', ['data:read'], (call, project) => {
  const body = parseBody(call.body);
  const ids: unknown = isRecord(body) ? body.ids : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > mostInBatch) {
    return assetsError(400, 'INVALID_REQUEST_BODY', 'The ids are not valid.');
  }
  const isListed = (asset: Asset) => call.query.includeDeleted === 'true' || asset.deletedAt === null;
  const found = ids.flatMap((id) => project.assets.get(String(id)) ?? []).filter(isListed);
  return jsonAnswer(200, { results: found.map((asset) => toAssetRow(call, asset)) });
});

function parseCursor({ query, world }: Call): Cursor | undefined {
  if (query.cursorState !== undefined) return parseCursorState(query.cursorState);
  const limit = /^\d{1,6}$/.test(query.limit ?? '25') ? Number(query.limit ?? defaultLimit) : 0;
  if (limit === 0) return undefined;
  if (limit > longestPage && world.switches.assetLimitOver === 'refuse') return undefined;
  return { limit: Math.min(limit, longestPage), offset: 0 };
}

function parseCursorState(text: string): Cursor | undefined {
  const match = /^\{"limit":(\d+),"offset":(\d+)\}$/.exec(Buffer.from(text, 'base64').toString('utf8'));
  return match ? { limit: Number(match[1]), offset: Number(match[2]) } : undefined;
}

function toNext({ world, path, query }: Call, cursor: Cursor) {
  const cursorState = Buffer.from(JSON.stringify(cursor)).toString('base64');
  const parameters = new URLSearchParams({ ...query, cursorState });
  return { cursorState, nextUrl: `${world.origin()}${path}?${parameters}` };
}

/** Undefined when a filter makes no sense. */
function toFilter(query: Query, project: Project): ((asset: Asset) => boolean) | undefined {
  const range = parseRange(query['filter[updatedAt]']);
  if (!range) return undefined;
  const label = query['filter[statusLabel]']?.toLowerCase();
  const text = query['filter[searchText]']?.toLowerCase();
  return (asset) =>
    (query.includeDeleted === 'true' || asset.deletedAt === null) &&
    isAsked(query['filter[categoryId]'], asset.categoryId) &&
    isAsked(query['filter[statusId]'], asset.statusId) &&
    isAsked(label, project.statuses.get(asset.statusId)?.label.toLowerCase()) &&
    (text === undefined || `${asset.clientAssetId} ${asset.description}`.toLowerCase().includes(text)) &&
    asset.updatedAt >= range.from &&
    asset.updatedAt <= range.to;
}

function isAsked(asked: string | undefined, value: string | undefined): boolean {
  return asked === undefined || asked === value;
}

/** A range such as `2020-05-01T06:00:00.000Z..`, open or closed. */
function parseRange(text: string | undefined): { readonly from: number; readonly to: number } | undefined {
  if (text === undefined) return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const [first = '', last = first] = text.split('..');
  const from = first === '' ? Number.NEGATIVE_INFINITY : Date.parse(first);
  const to = last === '' ? Number.POSITIVE_INFINITY : Date.parse(last);
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { from, to };
}

const sortKeys: Readonly<Record<string, (asset: Asset) => string>> = {
  createdAt: ({ createdAt }) => toIso(createdAt),
  updatedAt: ({ updatedAt }) => toIso(updatedAt),
  clientAssetId: ({ clientAssetId }) => clientAssetId,
};

/** The order of creation when nothing else is asked for. */
function toOrder(sort = ''): ((a: Asset, b: Asset) => number) | undefined {
  const orders: ((a: Asset, b: Asset) => number)[] = [];
  for (const part of sort.split(',').filter((one) => one !== '')) {
    const [name = '', way = 'asc'] = part.trim().split(/\s+/);
    const key = sortKeys[name];
    if (!key || (way !== 'asc' && way !== 'desc')) return undefined;
    const sign = way === 'asc' ? 1 : -1;
    orders.push((a, b) => sign * compareText(key(a), key(b)));
  }
  return (a, b) => orders.map((order) => order(a, b)).find((result) => result !== 0) ?? 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function toAssetRow(call: Call, asset: Asset): object {
  const { createdAt, updatedAt, deletedAt, by, customAttributes, ...plain } = asset;
  return {
    id: plain.id,
    clientAssetId: plain.clientAssetId,
    categoryId: plain.categoryId,
    statusId: plain.statusId,
    ...(plain.description === null ? {} : { description: plain.description }),
    ...(plain.barcode === null ? {} : { barcode: plain.barcode }),
    ...(call.query.includeCustomAttributes === 'true' ? { customAttributes } : {}),
    createdAt: toIso(createdAt),
    createdBy: by,
    updatedAt: toIso(updatedAt),
    updatedBy: by,
    ...(deletedAt === null ? {} : { deletedAt: toIso(deletedAt), deletedBy: by }),
    isActive: deletedAt === null,
    version: 1 + Math.floor(updatedAt / 1000),
    ...(call.world.switches.extraFields ? { systemIds: [], riskScore: null } : {}),
  };
}
