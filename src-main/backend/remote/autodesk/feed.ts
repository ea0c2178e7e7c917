import { z } from 'zod';
import { RemoteError } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { ChangePage } from '../remote.ts';
import { parseSync, readBody } from './answers.ts';
import { type AutodeskCalls, findUser, toContainerPath } from './calls.ts';
import { sendDiagnosed } from './diagnose.ts';
import { ASSET_DOMAIN } from './kinds.ts';
import { note } from './reads.ts';

/** Only what has to do with assets: other relationships of a project are no concern of Weft. */
const DOMAINS = [ASSET_DOMAIN];

/** A token holds for one user, container and filter; which ones is kept beside it. */
const Cursor = z.strictObject({
  user: z.string().nullable(),
  project: z.string(),
  domains: z.array(z.string()),
  token: z.string(),
});

/** One page of `:sync`. A page may tell of a relationship again, and a row may stand in both of its lists. */
export async function fetchChanges(
  calls: AutodeskCalls,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ChangePage> {
  const user = findUser(await calls.tokens.accessToken(signal));
  const about = { user, project: calls.project, domains: DOMAINS };
  const body = cursor === null ? { filters: { domains: DOMAINS } } : { syncToken: readToken(cursor, about) };
  const path = toContainerPath(calls, ':sync');
  const request = { method: 'POST', path, body, isRead: true, signal } as const;
  const answer = await sendDiagnosed(calls, calls.relationships, request);
  if (cursor !== null && [400, 404, 410].includes(answer.status)) throw lost(`status ${answer.status}`);
  const page = parseSync(readBody(answer, `POST ${path}`), `POST ${path}`);
  note(calls, page.current);
  // what stands in the list of deleted ones is deleted, whatever its flag says
  const deleted = new Set(page.deleted.map(({ remoteId }) => remoteId));
  const present = page.current.filter(({ remoteId }) => !deleted.has(remoteId));
  // a pair that was related anew is there, though its former relationship is not
  const pairs = new Set(present.map(({ pair }) => pair));
  return {
    present,
    removed: page.deleted.filter(({ pair }) => !pairs.has(pair)),
    nextCursor: JSON.stringify({ ...about, token: page.nextSyncToken }),
    more: page.moreData,
    startsOver: page.overwrite,
  };
}

function readToken(cursor: string, about: Omit<z.infer<typeof Cursor>, 'token'>): string {
  const known = Cursor.safeParse(parseJson(cursor));
  if (!known.success) throw lost('it cannot be read');
  const { token, ...made } = known.data;
  if (JSON.stringify(made) !== JSON.stringify(about)) throw lost('it was made for another user or project');
  return token;
}

function lost(why: string): RemoteError {
  return new RemoteError(
    'cursor-lost',
    `Autodesk does not go on from where the last pull ended (${why}). Everything is read again.`,
  );
}
