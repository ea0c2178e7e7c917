import { RemoteError } from './errors.ts';

/** A JSON answer. `body` is undefined where the answer had no body or was no JSON at an error status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Throws for a redirect, which is never followed: it would carry the key elsewhere, or turn a write into a read. */
export async function refuseRedirect(call: string, response: Response, url: string): Promise<void> {
  const { status, type, headers } = response;
  if (type !== 'opaqueredirect' && (status < 300 || status >= 400)) return;
  await response.body?.cancel();
  const to = headers.get('location');
  const isElsewhere = to !== null && URL.canParse(to, url) && new URL(to, url).host !== new URL(url).host;
  throw new RemoteError(
    'foreign-answer',
    `${call} was redirected elsewhere${isElsewhere ? `, to ${new URL(to, url).host}` : ''}. Weft does not follow with a ` +
      'key in hand. If your network wants a login first, open a web page in a browser; else check the address.',
  );
}

/** Throws for what keeps the key out, whoever says so. */
export function refuseClosedDoor(call: string, status: number, body: unknown): void {
  if (status === 401) throw new RemoteError('unauthorised', `${call}: the key is not accepted (status 401).`);
  if (status === 403) {
    const said = `status ${status}${quote(body)}`;
    throw new RemoteError('forbidden', `${call}: this key may not do that (${said}).`, { answer: body });
  }
  if (status === 407) {
    throw new RemoteError(
      'unreachable',
      `${call}: the proxy on the way wants a login of its own (status 407). Sign in to the proxy, or give its login in the ` +
        'settings of this computer. The key was not refused.',
    );
  }
  if (status === 511) throw new RemoteError('unreachable', `${call}: ${loginFirst} (status 511).`);
}

const loginFirst =
  'the network wants a login first, as in hotels. Open a web page in a browser, log in, and sync again';

/** An answer that is no JSON. */
export function toForeign(call: string, remote: string, status: number, page: boolean): RemoteError {
  const isLogin = page && status < 300;
  return new RemoteError(
    'foreign-answer',
    `${call} was answered (status ${status}), but not by ${remote}: ` +
      `${isLogin ? `it is a web page. Perhaps ${loginFirst}` : 'the answer is no JSON'}. Nothing was changed.`,
  );
}

/**
 * The body of a success. Every other answer is an error: `refused` where the remote itself wrote it, as `isRefusal`
 * knows, else `foreign-answer`. `call` names remote and call.
 */
export function expectOk(answer: HttpAnswer, call: string, isRefusal: (body: unknown) => boolean): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const kind = isRefusal(answer.body) ? 'refused' : 'foreign-answer';
  throw new RemoteError(kind, `${call} was refused (status ${answer.status}${quote(answer.body)}).`);
}

/** The remote's own words, where it has some. */
export function quote(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  // an object may be looked at by any name
  const { message, detail, error, developerMessage } = body as Readonly<Record<string, unknown>>;
  if (typeof error === 'object') return quote(error);
  const words = [message, detail, error, developerMessage].find(
    (text) => typeof text === 'string' && text !== '',
  );
  return typeof words === 'string' ? `: “${words.slice(0, 200)}”` : '';
}
