import { z } from 'zod';
import { RemoteError } from '../errors.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import type { Liveness, NamedEnd, RemoteEntity } from '../remote.ts';
import { foreign, isRefusal, readBody } from './answers.ts';
import type { AutodeskCalls } from './calls.ts';

/** What the Relationships API calls a document: the id is that of an item of the Data Management API. */
export const DOCUMENT_KIND = 'documentlineage';

const PAGE = 100;
/** Some five minutes at Autodesk's published rate: more would keep everything else waiting. */
const REQUEST_LIMIT = 600;
/** Folders are many and change seldom, so they are not gone through in each sync. */
const EVERY_MS = 3_600_000;

/** Whether the folders may hold a document that has no name here yet. */
export function areDocumentsDue({ documents, clock }: AutodeskCalls): boolean {
  return documents.listedAt === null || clock.now().getTime() - documents.listedAt.getTime() >= EVERY_MS;
}

/** Has the folders gone through again for a document that nothing told of before. */
export function noteDocument({ documents }: AutodeskCalls, { kind, remoteId }: NamedEnd): void {
  if (kind !== DOCUMENT_KIND || documents.known.has(remoteId)) return;
  documents.known.add(remoteId);
  documents.listedAt = null;
}

const Row = z.looseObject({
  type: z.string(),
  id: z.string().min(1).max(512),
  attributes: z.looseObject({ displayName: z.string().nullish(), name: z.string().nullish() }).nullish(),
});
type Row = z.infer<typeof Row>;

const Page = z.looseObject({
  data: z.array(z.unknown()),
  links: z.looseObject({ next: z.unknown().optional() }).nullish(),
});

/**
 * Every document in the folders that the user may see, by the name that people know. Nothing where the user has no way
 * to the folders: then documents keep a name made of their id.
 */
export async function* fetchDocuments(
  calls: AutodeskCalls,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const budget = { left: REQUEST_LIMIT };
  const listedAt = calls.clock.now();
  const toDo = await findTopFolders(calls, budget, signal);
  const seen = new Set<string>(toDo);
  for (let folder = toDo.shift(); folder !== undefined; folder = toDo.shift()) {
    const path = `/data/v1/projects/b.${calls.project}/folders/${encodeURIComponent(folder)}/contents`;
    for await (const rows of readPages(calls, path, budget, signal)) {
      const below = rows.filter(({ type, id }) => type === 'folders' && !seen.has(id));
      for (const { id } of below) seen.add(id);
      toDo.push(...below.map(({ id }) => id));
      const documents = rows.filter(({ type }) => type === 'items').map(toDocument);
      for (const { remoteId } of documents) calls.documents.known.add(remoteId);
      yield documents;
    }
  }
  calls.documents.listedAt = listedAt;
}

/** The folders at the top of the project, which is in one of the hubs that the user can see. */
async function findTopFolders(
  calls: AutodeskCalls,
  budget: { left: number },
  signal: AbortSignal,
): Promise<string[]> {
  for await (const hubs of readPages(calls, '/project/v1/hubs', budget, signal)) {
    for (const hub of hubs) {
      const path = `/project/v1/hubs/${encodeURIComponent(hub.id)}/projects/b.${calls.project}/topFolders`;
      const folders: string[] = [];
      for await (const rows of readPages(calls, path, budget, signal))
        folders.push(...rows.map(({ id }) => id));
      if (folders.length > 0) return folders;
    }
  }
  return [];
}

/** Pages of a list of the Data Management API; none where it is closed to the user or not there. */
async function* readPages(
  calls: AutodeskCalls,
  path: string,
  budget: { left: number },
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  for (let page = 0; ; page += 1) {
    if (budget.left === 0) throw putOff(calls);
    budget.left -= 1;
    const query = { 'page[number]': page, 'page[limit]': PAGE };
    const answer = await askIfOpen(calls, { path, query, signal });
    if (answer === null || isNothing(answer)) return;
    const parsed = Page.safeParse(readBody(answer, `GET ${path}`));
    if (!parsed.success) throw foreign(`GET ${path}`, 'the list cannot be read', parsed.error);
    yield parsed.data.data.map((raw) => parseRow(raw, path));
    if (parsed.data.data.length === 0 || (parsed.data.links?.next ?? null) === null) return;
  }
}

/** What was named by then keeps its name. */
function putOff({ documents, clock }: AutodeskCalls): RemoteError {
  documents.listedAt = clock.now();
  return new RemoteError(
    'too-large',
    `Autodesk has more folders than one sync goes through (${REQUEST_LIMIT} requests). Documents in the others keep a name ` +
      'made of their id. Nothing was removed; the folders are gone through again in an hour.',
  );
}

function parseRow(raw: unknown, path: string): Row {
  const parsed = Row.safeParse(raw);
  if (!parsed.success) throw foreign(`GET ${path}`, 'a row cannot be read', parsed.error);
  return parsed.data;
}

/** Null where the user may not see what is there. */
async function askIfOpen(
  { others }: AutodeskCalls,
  request: Omit<HttpRequest, 'method'>,
): Promise<HttpAnswer | null> {
  return await others.send({ ...request, method: 'GET' }).catch((error: unknown) => {
    if (error instanceof RemoteError && error.kind === 'forbidden') return null;
    throw error;
  });
}

/** The service itself says that there is nothing. */
function isNothing({ status, body }: HttpAnswer): boolean {
  return status === 404 && isRefusal(body);
}

function toDocument({ id, attributes }: Row): RemoteEntity {
  const name = (attributes?.displayName ?? attributes?.name ?? '').trim();
  const shown = name === '' ? `document ${id}` : name.slice(0, 500);
  return { kind: DOCUMENT_KIND, remoteId: id, lookupId: id, name: shown, archived: false, fields: [] };
}

/** Whether the item is there; a closed door proves nothing. */
export async function fetchDocumentLiveness(
  calls: AutodeskCalls,
  id: string,
  signal: AbortSignal,
): Promise<Liveness> {
  const path = `/data/v1/projects/b.${calls.project}/items/${encodeURIComponent(id)}`;
  const answer = await askIfOpen(calls, { path, signal });
  if (answer === null) return 'unknown';
  if (answer.status === 200) return 'alive';
  return isNothing(answer) ? 'gone' : 'unknown';
}
