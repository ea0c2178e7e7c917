import { RemoteError } from './errors.ts';

/** The text of a body piece by piece. Throws `too-large` beyond the limit; `call` names remote and call. */
export async function* readPieces(
  response: Response,
  limitBytes: number,
  call: string,
): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limitBytes) {
      throw new RemoteError(
        'too-large',
        `${call}: the answer is larger than ${Math.round(limitBytes / 1024 / 1024)} MB. The rest was not read.`,
      );
    }
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** Whether a text is a page for people: the answer of a gateway, a proxy, or a network that wants a login first. */
export function isPage(response: Response, text: string): boolean {
  const type = response.headers.get('content-type') ?? '';
  return /^(text\/html|application\/xhtml)/i.test(type) || /^\s*<(!doctype|html|head|body)\b/i.test(text);
}
