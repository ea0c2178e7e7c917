import { RemoteError } from '../errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../http.ts';
import { findGatewayCode } from './answers.ts';
import { type AutodeskCalls, toContainerPath } from './calls.ts';

export const WRITABLE = '/bim360/relationship/v2/utility/relationships:writable';

const reasons = {
  scope:
    'The sign-in lacks a right that Weft asks for. Sign in again and allow reading, writing and creating data.',
  setUp:
    'The app behind this sign-in is not set up for relationships: its owner must switch on both “Data Management” and “BIM 360” for it among its APIs.',
  integration:
    'The account does not know the app: an account administrator must add its client id under Custom Integrations.',
  region:
    'The project is not to be had in this region. Choose the region of its account (US, EMEA, …) in the connection.',
  membership: 'This user is no member of the project. Ask a project administrator to be added.',
} as const;

/**
 * Sends a call on the project. A 403 of the gateway says nothing about its cause, so others are asked: where the allow
 * list fails, the app is not set up; where assets can be read, it is the region; else it is what the Assets API says.
 */
export async function sendDiagnosed(calls: AutodeskCalls, client: HttpClient, request: HttpRequest) {
  try {
    return await client.send(request);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw await diagnose(calls, error, request.signal);
  }
}

/**
 * Sends a write. A 403 about the relationships in it is answered with; one about the project as a whole is thrown with
 * its advice, since everything else would only be refused, too.
 */
export async function sendWrite(
  calls: AutodeskCalls,
  request: HttpRequest,
): Promise<HttpAnswer | RemoteError> {
  try {
    return await calls.relationships.send(request);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const diagnosed = await diagnose(calls, error, request.signal);
    if (diagnosed !== error) throw diagnosed;
    return error;
  }
}

/** The status and the body of an answer that `sendWrite` gave. */
export function readRefusal(answer: HttpAnswer | RemoteError): HttpAnswer {
  return answer instanceof RemoteError ? { status: 403, body: answer.answer } : answer;
}

export function isForbidden(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.kind === 'forbidden';
}

/** The `forbidden` with the advice that fits; where the container can be read, the error as it was. */
export async function diagnose(
  calls: AutodeskCalls,
  error: RemoteError,
  signal: AbortSignal,
): Promise<RemoteError> {
  const reason = await findReason(calls, error, signal);
  if (reason === null) return error;
  return new RemoteError('forbidden', `Autodesk let nobody in (status 403). ${reasons[reason]}`, {
    cause: error,
    answer: error.answer,
  });
}

async function findReason(
  calls: AutodeskCalls,
  { answer }: RemoteError,
  signal: AbortSignal,
): Promise<keyof typeof reasons | null> {
  if (findGatewayCode(answer) === 'AUTH-010') return 'scope';
  if (await isShut(calls.relationships, { method: 'GET', path: WRITABLE, signal })) return 'setUp';
  const path = toContainerPath(calls, ':search');
  const inContainer = await findShut(calls.relationships, {
    method: 'GET',
    path,
    query: { pageLimit: 1 },
    signal,
  });
  if (inContainer === null) return null;
  const assets = `/bim360/assets/v2/projects/${calls.project}/assets`;
  const inAssets = await findShut(calls.assets, { method: 'GET', path: assets, query: { limit: 1 }, signal });
  if (inAssets === null) return 'region';
  return findGatewayCode(inAssets.answer) === null ? 'membership' : 'integration';
}

async function isShut(client: HttpClient, request: HttpRequest): Promise<boolean> {
  return (await findShut(client, request)) !== null;
}

/** The 403 that a call is answered with; null where it is answered otherwise. */
async function findShut(client: HttpClient, request: HttpRequest): Promise<RemoteError | null> {
  try {
    await client.send(request);
    return null;
  } catch (error) {
    if (isForbidden(error)) return error;
    throw error;
  }
}
