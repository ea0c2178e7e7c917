import { z } from 'zod';
import { expectOk, type HttpClient } from '../http.ts';
import type { EntityRef, NamedEnd } from '../remote.ts';
import { isClickieRefusal, parseRows } from './answers.ts';
import { toKind } from './kinds.ts';

const LIMIT = 100;

const Row = z.looseObject({ id_resource: z.int().nonnegative(), entity_name: z.string().max(100) });

/**
 * What a collaborator changed since a moment: `GET /collaborators/{id_user}/history`, one page. Its names of kinds are not
 * documented, nor whether it tells of relationships, so it only says where to look first; what cannot be read is left out.
 */
export async function fetchChangedBy(
  http: HttpClient,
  collaborator: EntityRef,
  since: Date,
  signal: AbortSignal,
): Promise<readonly NamedEnd[]> {
  const path = `/collaborators/${collaborator.remoteId}/history`;
  const query = { from: Math.floor(since.getTime() / 1000), skip: 0, limit: LIMIT };
  const answer = await http.send({ method: 'GET', path, query, signal });
  return parseRows(expectOk(answer, `Clickie, GET ${path}`, isClickieRefusal), `GET ${path}`).flatMap(
    (raw) => {
      const row = Row.safeParse(raw);
      if (!row.success) return [];
      return [{ kind: toKind(row.data.entity_name.toLowerCase()), remoteId: String(row.data.id_resource) }];
    },
  );
}
