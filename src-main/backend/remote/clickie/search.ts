import { z } from 'zod';
import { RemoteError } from '../errors.ts';
import { expectOk, type HttpClient } from '../http.ts';
import type { BulkFound, EntityRef } from '../remote.ts';
import { isClickieRefusal, parseRows } from './answers.ts';

const PATH = '/search/metrics';
const CALL = `POST ${PATH}`;
/** As many rows as a page ever held, and as many assets as one search names. */
const PAGE_SIZE = 100;
const PAGE_LIMIT = 5000;

const Row = z.looseObject({
  id_resource: z.int().nonnegative(),
  id_metric: z.int().nonnegative(),
  metric_identifier: z.string().optional(),
});

/** One list takes its pages and an empty one; a search as many pages as there are rows, and an empty one for each 100 assets. */
export function isSearchCheaper(assets: number, relationships: number): boolean {
  const lists = Math.ceil(relationships / PAGE_SIZE) + 2 * assets;
  const searches = Math.ceil(relationships / PAGE_SIZE) + 2 * Math.ceil(assets / PAGE_SIZE);
  return assets > 1 && searches < lists;
}

/**
 * The metrics below many assets with few requests: `POST /search/metrics` with the assets as `resource_filter`
 * (Clickie API v4 documentation, page Search metrics). It tells of no other children. What it gives is checked before it
 * is believed: every row is of an asset that was asked for, no row comes twice, and the pages end with an empty one.
 */
export async function* searchMetricsOf(
  http: HttpClient,
  assets: readonly EntityRef[],
  signal: AbortSignal,
): AsyncGenerator<BulkFound> {
  for (let at = 0; at < assets.length; at += PAGE_SIZE) {
    const asked = assets.slice(at, at + PAGE_SIZE);
    const found = await searchOnce(http, asked, signal);
    for (const source of asked) {
      yield { source, targets: [...(found.get(source.remoteId) ?? [])].map(toEnd) };
    }
  }
}

function toEnd(remoteId: string): BulkFound['targets'][number] {
  return { kind: 'metric', remoteId };
}

async function searchOnce(
  http: HttpClient,
  asked: readonly EntityRef[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map(asked.map(({ remoteId }) => [remoteId, new Set<string>()]));
  const ids = asked.map(({ remoteId }) => Number(remoteId));
  let skip = 0;
  for (let page = 0; page < PAGE_LIMIT; page += 1) {
    const rows = await fetchPage(http, ids, skip, signal);
    if (rows.length === 0) return found;
    for (const row of rows) take(found, row);
    skip += rows.length;
  }
  throw doubtful('the list has no end');
}

async function fetchPage(
  http: HttpClient,
  ids: readonly number[],
  skip: number,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const resource = { resource_type: 'asset', direction: 'child', operator: 'in', resource_ids: ids };
  const body = {
    resource_filter: resource,
    return_fields: ['id_resource', 'id_metric', 'metric_identifier'],
    limit: PAGE_SIZE,
    skip,
  };
  const answer = await http.send({ method: 'POST', path: PATH, body, isRead: true, signal });
  return parseRows(expectOk(answer, `Clickie, ${CALL}`, isClickieRefusal), CALL);
}

function take(found: ReadonlyMap<string, Set<string>>, raw: unknown): void {
  const row = Row.safeParse(raw);
  if (!row.success) throw doubtful('a row cannot be read');
  const metrics = found.get(String(row.data.id_resource));
  if (metrics === undefined) throw doubtful('it tells of assets that were not asked for');
  const id = String(row.data.id_metric);
  if (metrics.has(id)) throw doubtful('it repeats itself, or changes while it is read');
  metrics.add(id);
}

function doubtful(what: string): RemoteError {
  return new RemoteError('foreign-answer', `Clickie, ${CALL}: ${what}. It was not believed.`);
}
