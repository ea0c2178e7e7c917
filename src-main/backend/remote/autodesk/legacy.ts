import { z } from 'zod';
import { RemoteError } from '../errors.ts';
import { type HttpAnswer, quote } from '../http.ts';
import type { NamedEnd, RemoteFacts, RemoteRelationship } from '../remote.ts';
import { Flags, toFacts, toFlags } from './answers.ts';
import type { AutodeskCalls } from './calls.ts';
import { toLegacyRequest } from './compose.ts';
import { sendDiagnosed } from './diagnose.ts';
import { isUuid, toEndKey } from './kinds.ts';
import { findRow } from './reads.ts';

/**
 * Relates by the deprecated endpoint of the Assets API, which BIM 360 still has. It takes no proposed id. Null where
 * it refuses; what came of it is read back wherever the answer does not name the other end.
 */
export async function createLegacy(
  calls: AutodeskCalls,
  relationship: RemoteRelationship,
  signal: AbortSignal,
): Promise<RemoteFacts | { readonly refusal: string }> {
  const request = toLegacyRequest(calls, relationship);
  if (request === null) return { refusal: ' because its older endpoint cannot name these ends' };
  const answer = await sendDiagnosed(calls, calls.legacy, { ...request, signal }).catch((error: unknown) => {
    if (error instanceof RemoteError && ['server-fault', 'forbidden'].includes(error.kind)) return error;
    throw error;
  });
  const told = answer instanceof RemoteError ? null : findCreated(answer, request.far);
  if (told !== null) return told;
  const row = await findRow(calls, { ...relationship, remoteId: null }, signal);
  if (row !== null) return toFacts(row);
  if (!(answer instanceof RemoteError) && answer.status >= 400) {
    return { refusal: ` (status ${answer.status}${quote(answer.body)})` };
  }
  if (answer instanceof RemoteError) throw answer;
  throw new RemoteError(
    'server-fault',
    `Autodesk, POST ${request.path}: a success was told, but the relationship is not there.`,
  );
}

/** Of the two ends the sample prints the far one alone; the text beside it speaks of both. */
const LegacyRow = Flags.extend({
  id: z.string().refine(isUuid).toLowerCase(),
  entities: z.array(z.looseObject({ type: z.string(), id: z.string() })),
});

function findCreated({ status, body }: HttpAnswer, far: NamedEnd): RemoteFacts | null {
  const rows = z.array(LegacyRow).safeParse(body);
  if (status !== 201 || !rows.success) return null;
  const row = rows.data.find(({ entities }) =>
    entities.some(({ type, id }) => toEndKey({ kind: type, remoteId: id }) === toEndKey(far)),
  );
  return row === undefined ? null : { type: null, remoteId: row.id, ...toFlags(row) };
}
