import { z } from 'zod';
import { RemoteError } from '../errors.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import type { Liveness, RemoteEntity } from '../remote.ts';
import { foreign, readBody } from './answers.ts';
import type { AutodeskCalls } from './calls.ts';
import { isUuid } from './kinds.ts';

const PAGE_LIMIT = 10_000;
const PAGE_SIZE = 100;

/** How one kind is listed for its names: rows lie under `rows`, and a page begins at a number of rows. */
interface FarList {
  readonly kind: string;
  /** The addresses of the two products; the one that answers is taken. */
  readonly paths: (project: string) => readonly string[];
  readonly rows: 'results' | 'data';
  readonly paging: { readonly offset: string; readonly limit: string };
}

const plainPaging = { offset: 'offset', limit: 'limit' };

const lists: readonly FarList[] = [
  {
    kind: 'issue',
    paths: (project) => [
      `/construction/issues/v1/projects/${project}/issues`,
      `/issues/v2/containers/${project}/issues`,
    ],
    rows: 'results',
    paging: plainPaging,
  },
  {
    kind: 'form',
    paths: (project) => [`/construction/forms/v1/projects/${project}/forms`],
    rows: 'results',
    paging: plainPaging,
  },
  {
    kind: 'checklist',
    paths: (project) => [`/bim360/checklists/v1/containers/${project}/instances`],
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
  if (list === undefined) return;
  const seen = new Set<string>();
  let path: string | null = null;
  let offset = 0;
  for (let page = 0; page < PAGE_LIMIT; page += 1) {
    const query = { [list.paging.offset]: offset, [list.paging.limit]: PAGE_SIZE };
    const told = await ask(calls, path === null ? list.paths(calls.project) : [path], { query, signal });
    if (told === null) return;
    path = told.path;
    const rows = parseRows(told.answer, list);
    const fresh = rows.map((raw) => toEntity(raw, list)).filter(({ remoteId }) => !seen.has(remoteId));
    for (const { remoteId } of fresh) seen.add(remoteId);
    yield fresh;
    offset += rows.length;
    if (fresh.length === 0 || offset >= findTotal(told.answer, rows.length)) return;
  }
}

/** The first address that answers; null where none does, because of the product or of what the user may see. */
async function ask(
  calls: AutodeskCalls,
  paths: readonly string[],
  request: Pick<HttpRequest, 'query' | 'signal'>,
): Promise<{ path: string; answer: HttpAnswer } | null> {
  for (const path of paths) {
    const answer = await calls.others.send({ method: 'GET', path, ...request }).catch((error: unknown) => {
      if (error instanceof RemoteError && error.kind === 'forbidden') return null;
      throw error;
    });
    if (answer !== null && answer.status === 200) return { path, answer };
    if (answer !== null && ![400, 404, 410].includes(answer.status)) readBody(answer, `GET ${path}`);
  }
  return null;
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
function findTotal({ body }: HttpAnswer, rows: number): number {
  const told = Total.safeParse(body).data;
  const total = told?.pagination?.totalResults ?? told?.meta?.record_count;
  return total ?? (rows < PAGE_SIZE ? 0 : Number.POSITIVE_INFINITY);
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
  const paths = lists.find(({ kind }) => kind === 'issue')?.paths(calls.project) ?? [];
  const own = await ask(
    calls,
    paths.map((path) => `${path}/${id}`),
    { signal },
  );
  if (own !== null) return FarRow.safeParse(own.answer.body).data?.deleted === true ? 'gone' : 'alive';
  const query = { 'filter[deleted]': true, 'filter[id]': id, limit: PAGE_SIZE };
  const listed = await ask(calls, paths, { query, signal });
  const rows = z.looseObject({ results: z.array(FarRow) }).safeParse(listed?.answer.body).data?.results ?? [];
  return rows.some((row) => row.id === id && row.deleted === true) ? 'gone' : 'unknown';
}
