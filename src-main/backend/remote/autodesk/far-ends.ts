import { z } from 'zod';
import { RemoteError } from '../errors.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import type { Liveness, RemoteEntity } from '../remote.ts';
import { foreign, readBody } from './answers.ts';
import type { AutodeskCalls } from './calls.ts';
import { isUuid } from './kinds.ts';

const PAGE_LIMIT = 10_000;
/** No page says how many a page may hold: the first that is taken. */
const SMALL_PAGE = 100;
const PAGE_SIZES = [200, SMALL_PAGE] as const;

type FarPath = readonly ['ACC' | 'BIM360', string];

/** How one kind is listed for its names: rows lie under `rows`, and a page begins at a number of rows. */
interface FarList {
  readonly kind: string;
  /** Where each product that has the kind lists it. */
  readonly paths: (project: string) => readonly FarPath[];
  readonly rows: 'results' | 'data';
  readonly paging: { readonly offset: string; readonly limit: string };
}

const plainPaging = { offset: 'offset', limit: 'limit' };

const lists: readonly FarList[] = [
  {
    kind: 'issue',
    paths: (project) => [
      ['ACC', `/construction/issues/v1/projects/${project}/issues`],
      ['BIM360', `/issues/v2/containers/${project}/issues`],
    ],
    rows: 'results',
    paging: plainPaging,
  },
  {
    kind: 'form',
    paths: (project) => [['ACC', `/construction/forms/v1/projects/${project}/forms`]],
    rows: 'results',
    paging: plainPaging,
  },
  {
    kind: 'checklist',
    paths: (project) => [['BIM360', `/bim360/checklists/v1/containers/${project}/instances`]],
    rows: 'data',
    paging: { offset: 'page[offset]', limit: 'page[limit]' },
  },
];

export const FAR_KINDS = lists.map(({ kind }) => kind);

/** What has a name of its own among the other ends of relationships; nothing where the user may not list the kind. */
export async function* fetchFarEntities(
  calls: AutodeskCalls,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const list = lists.find((one) => one.kind === kind);
  const found = list === undefined ? null : await findFirstPage(calls, list, signal);
  if (list === undefined || found === null) return;
  const { source, size } = found;
  const seen = new Set<string>();
  let { answer } = found;
  for (let page = 0, offset = 0; page < PAGE_LIMIT; page += 1) {
    const rows = parseRows(answer, list);
    if (rows.length > 0) calls.product = source[0];
    const fresh = rows.map((raw) => toEntity(raw, list)).filter(({ remoteId }) => !seen.has(remoteId));
    for (const { remoteId } of fresh) seen.add(remoteId);
    yield fresh;
    offset += rows.length;
    if (fresh.length === 0 || offset >= findTotal(answer, rows.length, size)) return;
    const next = await ask(calls, source[1], { query: toQuery(list, offset, size), signal });
    if (next?.status !== 200) throw foreign(`the list of ${kind}s`, 'it ended before its end');
    answer = next;
  }
}

/** Where the kind is listed and how; null where nothing answers, because of the product or of what the user may see. */
async function findFirstPage(calls: AutodeskCalls, list: FarList, signal: AbortSignal) {
  for (const source of findSources(calls, list)) {
    for (const size of PAGE_SIZES) {
      const answer = await ask(calls, source[1], { query: toQuery(list, 0, size), signal });
      if (answer?.status === 200) return { source, size, answer };
      if (answer?.status !== 400) break;
    }
  }
  return null;
}

/** The product whose Assets API answered is asked first. */
function findSources({ project, product, assetsBase }: AutodeskCalls, list: FarList): readonly FarPath[] {
  const likely = assetsBase === '/bim360/assets' ? 'BIM360' : 'ACC';
  return list
    .paths(project)
    .filter(([of]) => product === null || product === of)
    .toSorted(([one], [other]) => Number(other === likely) - Number(one === likely));
}

function toQuery({ paging }: FarList, offset: number, size: number) {
  return { [paging.offset]: offset, [paging.limit]: size };
}

/** Null where the user may not see what is there. Throws where the answer is neither a success nor a plain no. */
async function ask(
  calls: AutodeskCalls,
  path: string,
  request: Pick<HttpRequest, 'query' | 'signal'>,
): Promise<HttpAnswer | null> {
  const answer = await calls.others.send({ method: 'GET', path, ...request }).catch((error: unknown) => {
    if (error instanceof RemoteError && error.kind === 'forbidden') return null;
    throw error;
  });
  if (answer !== null && ![400, 404, 410].includes(answer.status)) readBody(answer, `GET ${path}`);
  return answer;
}

function parseRows(answer: HttpAnswer, { kind, rows }: FarList): readonly unknown[] {
  const parsed = z.looseObject({ [rows]: z.array(z.unknown()) }).safeParse(answer.body);
  const list = parsed.success ? parsed.data[rows] : undefined;
  if (!Array.isArray(list)) throw foreign(`the list of ${kind}s`, 'it cannot be read');
  return list;
}

const Total = z.looseObject({
  pagination: z.looseObject({ totalResults: z.int() }).optional(),
  meta: z.looseObject({ record_count: z.int() }).optional(),
});

/** How many rows there are in all; without a word on that, a page that is not full is the last. */
function findTotal({ body }: HttpAnswer, rows: number, size: number): number {
  const told = Total.safeParse(body).data;
  const total = told?.pagination?.totalResults ?? told?.meta?.record_count;
  return total ?? (rows < size ? 0 : Number.POSITIVE_INFINITY);
}

const Label = z.union([z.string(), z.number()]).nullish();
const Attributes = z.looseObject({
  title: Label,
  name: Label,
  displayId: Label,
  instanceNumber: Label,
  formNum: Label,
  status: Label,
  deleted: z.boolean().nullish(),
});
const FarRow = Attributes.extend({
  id: z.string().refine(isUuid).toLowerCase(),
  attributes: Attributes.nullish(),
});

function toEntity(raw: unknown, { kind }: FarList): RemoteEntity {
  const parsed = FarRow.safeParse(raw);
  if (!parsed.success) throw foreign(`the list of ${kind}s`, 'a row cannot be read', parsed.error);
  const { id } = parsed.data;
  const about = parsed.data.attributes ?? parsed.data;
  const number = about.displayId ?? about.instanceNumber ?? about.formNum ?? null;
  const title = String(about.title ?? about.name ?? '').trim();
  const name = [number === null ? '' : `#${number}`, title === '' ? `${kind} ${id}` : title].join(' ').trim();
  const fields = [
    ...(number === null ? [] : [{ name: 'number', value: number }]),
    ...(about.status ? [{ name: 'status', value: about.status }] : []),
  ];
  return { kind, remoteId: id, lookupId: id, name: name.slice(0, 500), archived: false, fields };
}

/**
 * Issues that are deleted are listed apart. One that cannot be fetched and is not among them is not known to be gone:
 * the user may have lost the right to see it.
 */
export async function fetchIssueLiveness(
  calls: AutodeskCalls,
  id: string,
  signal: AbortSignal,
): Promise<Liveness> {
  const list = lists.find(({ kind }) => kind === 'issue');
  for (const [, path] of list === undefined ? [] : findSources(calls, list)) {
    const own = await ask(calls, `${path}/${id}`, { signal });
    if (own?.status === 200) return FarRow.safeParse(own.body).data?.deleted === true ? 'gone' : 'alive';
    const query = { 'filter[deleted]': true, 'filter[id]': id, limit: SMALL_PAGE };
    const listed = await ask(calls, path, { query, signal });
    const rows = z.looseObject({ results: z.array(FarRow) }).safeParse(listed?.body).data?.results ?? [];
    if (rows.some((row) => row.id === id && row.deleted === true)) return 'gone';
  }
  return 'unknown';
}
