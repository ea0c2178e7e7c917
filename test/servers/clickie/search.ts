import * as z from 'zod';
import { type Call, fail, type Handler, ok, readTime, withClearance } from './answers.ts';
import { shiftEdges } from './between-pages.ts';
import { cutPage, parsePageValues } from './paging.ts';
import { fromWireId, toSearchRow } from './rows.ts';
import { type Edge, type EntityRef, edgesOf, entitiesOf, farEnd, findEntity, type Metric } from './site.ts';

const compareOperators = [
  'eq',
  'not_eq',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'not_contains',
] as const;

const bodySchema = z.object({
  resource_filter: z
    .object({
      resource_type: z.literal('asset'),
      direction: z.enum(['child', 'parent']).default('child'),
      operator: z.enum(['in', 'not_in']),
      resource_ids: z.array(z.int()),
    })
    .nullish(),
  param_filters: z
    .array(z.object({ type: z.string(), operator: z.enum(compareOperators), value: z.unknown() }))
    .nullish(),
  return_fields: z.array(z.string()).nullish(),
  limit: z.number().optional(),
  skip: z.number().optional(),
});

type Body = z.infer<typeof bodySchema>;
type Filter = NonNullable<Body['resource_filter']>;
type Row = Readonly<Record<string, unknown>>;

/** A metric found, with the asset and the edge it was found by. */
interface Hit {
  readonly metric: Metric;
  readonly via: { readonly asset: EntityRef; readonly edge: Edge } | null;
}

/**
 * `POST /search/metrics`: metrics linked to many assets at once, one row for each edge. Of the published
 * operators on fields the `like` family and `contains_all` are not understood here and answered with 400.
 */
export const searchMetrics: Handler = withClearance(7, (call) => {
  const body = parseBody(call.body);
  const page = body && parsePageValues(body.skip, body.limit);
  if (!body || !page) return fail(call, 400, 'Invalid filter or payload validation error');
  const { resource_filter: filter, param_filters: params } = body;
  const hits = filter ? findLinked(call, filter) : findAll(call);
  const given = cutPage(
    call,
    params?.length ? hits.filter((hit) => passes(toRow(call, hit), body)) : hits,
    page,
  );
  const rows = given.map((hit) => chooseFields(toRow(call, hit), body.return_fields));
  const answer = ok(call, 'Metrics filtered successfully', rows, { context: {} });
  const via = given[0]?.via;
  if (filter && via) shiftEdges(call, via.asset, toSide(filter), [via.edge]);
  return answer;
});

function parseBody(text: string): Body | undefined {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function findAll(call: Call): Hit[] {
  return entitiesOf(call.account, 'metrics').flatMap((entity) =>
    entity.type === 'metrics' ? [{ metric: entity, via: null }] : [],
  );
}

function findLinked(call: Call, filter: Filter): Hit[] {
  const side = toSide(filter);
  return findAssets(call, filter).flatMap((asset) =>
    edgesOf(call.account, asset, side, readTime(call)).flatMap((edge) => {
      const far = findEntity(call.account, farEnd(edge, side));
      return far?.type === 'metrics' ? [{ metric: far, via: { asset, edge } }] : [];
    }),
  );
}

function findAssets(call: Call, filter: Filter): EntityRef[] {
  const listed = new Set(filter.resource_ids.map((id) => fromWireId(id, call.world.switches)));
  const ids =
    filter.operator === 'in'
      ? [...listed].sort((a, b) => a - b)
      : entitiesOf(call.account, 'assets').flatMap(({ id }) => (listed.has(id) ? [] : [id]));
  return ids.map((id) => ({ type: 'assets', id }));
}

function toSide(filter: Filter): 'children' | 'parents' {
  return filter.direction === 'child' ? 'children' : 'parents';
}

function toRow(call: Call, { metric, via }: Hit): Row {
  return toSearchRow(metric, via?.asset ?? null, call.world.switches);
}

/** Unknown names are dropped, and all fields are given when none is left (changelog of version 4.3.0). */
function chooseFields(row: Row, fields: readonly string[] | null | undefined): Row {
  const known = (fields ?? []).filter((field) => field in row);
  if (known.length === 0) return row;
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => name === 'id_resource' || known.includes(name)),
  );
}

function passes(row: Row, { param_filters: filters }: Body): boolean {
  return (filters ?? []).every(({ type, operator, value }) => compare(row[type], operator, value));
}

function compare(actual: unknown, operator: (typeof compareOperators)[number], value: unknown): boolean {
  switch (operator) {
    case 'eq':
      return actual === value;
    case 'not_eq':
      return actual !== value;
    case 'gt':
      return Number(actual) > Number(value);
    case 'gte':
      return Number(actual) >= Number(value);
    case 'lt':
      return Number(actual) < Number(value);
    case 'lte':
      return Number(actual) <= Number(value);
    case 'in':
      return Array.isArray(value) && value.includes(actual);
    case 'not_in':
      return !(Array.isArray(value) && value.includes(actual));
    case 'contains':
      return String(actual).includes(String(value));
    case 'not_contains':
      return !String(actual).includes(String(value));
  }
}
