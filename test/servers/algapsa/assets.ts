import { type Answer } from '../shared/answer.ts';
import {
  type Call,
  controllerError,
  type Handler,
  internalError,
  invalid,
  isUuid,
  missingColumn,
  ok,
  traitsOf,
  unreadableUuid,
} from './answers.ts';
import { findQueryIssues, isColumn, matches, matchesCounted, toAssetQuery, toReader } from './asset-query.ts';
import { cutRows, shiftAssets, sortAssets } from './paging.ts';
import { toRelationshipRows } from './relationships.ts';
import { toAssetRow, toColumns, toDetail, toListedRow } from './rows.ts';
import type { Asset } from './site.ts';

/** The export is put together from pages of so many rows and ends after so many. */
const exportPage = 200;
const longestExport = 50_000;
/** How much of the export is sent at once. */
const exportChunkBytes = 16 * 1024;

/** `GET /api/v1/assets`. */
export const listAssets: Handler = (call) => {
  const { world, tenant, query } = call;
  const issues = findQueryIssues(query);
  if (issues.length > 0) return invalid(world, issues);
  if (query.client_name !== undefined) return internalError(world, 'table name "clients" specified twice');
  const { page, limit, sort, order } = toAssetQuery(query);
  if (!isColumn(tenant, sort)) return missingColumn(world, `assets.${sort}`);
  const all = [...tenant.assets.values()];
  const wanted = cutRows(
    world,
    all.filter((asset) => matches(world, asset, query)),
  );
  const sorting = { toValue: toReader(sort), descending: order === 'desc' };
  const given = sortAssets(world, wanted, sorting).slice((page - 1) * limit, page * limit);
  const counted = world.switches.emptyLists ? [] : all.filter((asset) => matchesCounted(world, asset, query));
  const total = Math.max(0, counted.length + world.switches.totalOff);
  const pagination = { page, limit, total, totalPages: Math.ceil(total / limit) };
  const rows = given.map((asset) => toListedRow(call, asset));
  const answer = ok(call, rows, { pagination });
  shiftAssets(call, given);
  return answer;
};

/** `GET /api/v1/assets/{id}`. */
export const getAsset: Handler = (call) => {
  const { world, tenant, params } = call;
  const { id = '' } = params;
  if (!isUuid(id)) return unreadableUuid(world, id);
  if (!traitsOf(world).canGet) return missingColumn(world, 'ar.asset_id');
  const asset = tenant.assets.get(id.toLowerCase());
  if (!asset) return controllerError(world, 404, { message: 'Asset not found', code: 'ERROR' });
  return ok(call, toDetail(call, asset, toRelationshipRows(call, id)));
};

/** `GET /api/v1/assets/export`: all assets in one answer, sent while it is read. */
export const exportAssets: Handler = (call) => {
  const { query, world } = call;
  const rows = cutRows(world, readInPages(call)).map((asset) => toFields(call, asset));
  const answer = query.format === 'json' ? ok(call, rows) : toCsv(call, rows);
  return { ...answer, chunkBytes: exportChunkBytes };
};

/** `GET /api/v1/assets/search`: a plain list. */
export const searchAssets: Handler = (call) => {
  const { world, tenant, query } = call;
  const { query: words, limit = '25' } = query;
  if (!words) return invalid(world, [{ code: 'invalid_type', path: ['query'], message: 'Required' }]);
  const lists = ['fields', 'asset_types', 'statuses', 'client_ids'].filter((key) => query[key] !== undefined);
  const issues = [
    ...findQueryIssues({ limit }),
    ...lists.map((key) => ({
      code: 'invalid_type',
      path: [key],
      message: 'Expected array, received string',
    })),
  ];
  if (issues.length > 0) return invalid(world, issues);
  const found = [...tenant.assets.values()].filter((asset) => isFound(asset, words.toLowerCase()));
  const rows = cutRows(world, found).slice(0, Number(limit));
  return ok(
    call,
    rows.map((asset) => toAssetRow(call, asset)),
  );
};

/** `GET /api/v1/assets/stats`, which never worked. */
export const getStats: Handler = ({ world }) => internalError(world, 'column reference is ambiguous');

/** Without a tie-breaker, pages that are drawn anew may repeat rows and leave others out. */
function readInPages(call: Call): readonly Asset[] {
  const { world, tenant, query } = call;
  const accepts = (list: string | undefined, value: string) =>
    list === undefined || list.split(',').includes(value);
  const wanted = [...tenant.assets.values()].filter(
    ({ assetType, status, clientId }) =>
      accepts(query.asset_types, assetType) &&
      accepts(query.statuses, status) &&
      accepts(query.client_ids, clientId),
  );
  const sorting = { toValue: (asset: Asset) => asset.createdAt, descending: true };
  if (world.switches.ties === 'kept') return sortAssets(world, wanted, sorting).slice(0, longestExport);
  const read: Asset[] = [];
  const length = Math.min(wanted.length, longestExport);
  for (let at = 0; at < length; at += exportPage) {
    read.push(...sortAssets(world, wanted, sorting).slice(at, Math.min(at + exportPage, length)));
  }
  return read;
}

function toFields(call: Call, asset: Asset): Record<string, string | null> {
  const row: Record<string, string | null> = toAssetRow(call, asset);
  const fields = call.query.fields?.split(',');
  return fields ? Object.fromEntries(fields.map((field) => [field, row[field] ?? null])) : row;
}

function toCsv(call: Call, rows: readonly Record<string, string | null>[]): Answer {
  const [first] = call.tenant.assets.values();
  const names = call.query.fields?.split(',') ?? (first ? Object.keys(toColumns(call.tenant, first)) : []);
  const lines = [names, ...rows.map((row) => names.map((name) => toCell(row[name])))];
  const body = `${lines.map((cells) => cells.join(',')).join('\n')}\n`;
  return { status: 200, contentType: 'text/csv', headers: {}, body };
}

function toCell(value: string | null | undefined): string {
  const text = value ?? '';
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isFound({ name, tag, serialNumber }: Asset, words: string): boolean {
  return [name, tag, serialNumber ?? ''].some((text) => text.toLowerCase().includes(words));
}
