import { describe, expect, it } from 'vitest';
import { RemoteError } from '../../../src-main/backend/remote/errors.ts';
import { createHttpClient, type HttpClient, quote } from '../../../src-main/backend/remote/http.ts';
import { createInstantClock, type InstantClock, letTurnsPass, until } from '../../support/instant-clock.ts';

const never = new AbortController().signal;

interface Answering {
  readonly http: HttpClient;
  readonly clock: InstantClock;
  readonly sent: { readonly url: string; readonly init: RequestInit }[];
}

/** A client whose requests are answered by these in turn; the last one goes on for ever. */
function createAnswering(...answers: readonly (() => Response | Promise<Response>)[]): Answering {
  const clock = createInstantClock();
  const sent: { url: string; init: RequestInit }[] = [];
  const http = createHttpClient({
    remote: 'Somewhere',
    baseUrl: 'https://example.com/base/',
    headers: { authorization: 'key' },
    rate: 1000,
    concurrency: 4,
    clock,
    fetch: async (url, init) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)];
      sent.push({ url, init });
      if (answer === undefined) throw new Error('no answer');
      return await answer();
    },
  });
  return { http, clock, sent };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });

async function catchKind(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof RemoteError ? error.kind : String(error);
}

const get = (signal: AbortSignal = never) => ({ method: 'GET', path: '/things', signal }) as const;
const post = { method: 'POST', path: '/things', signal: never } as const;

describe('the HTTP client', () => {
  it('appends the path to the base and encodes the query', async () => {
    const { http, sent } = createAnswering(json(200, {}));
    await http.send({ ...get(), query: { q: 'a&b=c', skip: 0, archived: false } });
    expect(sent[0]?.url).toBe('https://example.com/base/things?q=a%26b%3Dc&skip=0&archived=false');
  });

  for (const [status, kind] of [
    [301, 'foreign-answer'],
    [308, 'foreign-answer'],
    [401, 'unauthorised'],
    [403, 'forbidden'],
    [407, 'unreachable'],
    [429, 'rate-limited'],
    [500, 'server-fault'],
    [502, 'server-fault'],
    [503, 'server-fault'],
    [504, 'server-fault'],
    [520, 'server-fault'],
  ] as const) {
    it(`calls a ${status} ${kind}`, async () => {
      const { http } = createAnswering(json(status, {}));
      expect(await catchKind(http.send(post))).toBe(kind);
    });
  }

  for (const status of [200, 201, 400, 404, 405, 409, 410, 412, 413, 415, 422, 423, 428, 451]) {
    it(`hands a ${status} with JSON over`, async () => {
      const { http } = createAnswering(json(status, { a: 1 }));
      expect(await http.send(get())).toEqual({ status, body: { a: 1 } });
    });
  }

  it('takes an empty answer for one without a body', async () => {
    const { http } = createAnswering(() => new Response(null, { status: 204 }));
    expect(await http.send({ ...get(), method: 'DELETE' })).toEqual({ status: 204, body: undefined });
  });

  it('reads again after a fault, up to three times, each time after a longer wait', async () => {
    const { http, sent, clock } = createAnswering(json(500, {}));
    expect(await catchKind(http.send(get()))).toBe('server-fault');
    expect(sent).toHaveLength(3);
    expect(clock.waits).toHaveLength(2);
    expect(clock.waits[0]).toBeLessThan(clock.waits[1] ?? 0);
  });

  it('sends a write once, whatever becomes of it', async () => {
    for (const answer of [json(500, {}), () => Promise.reject(new TypeError('fetch failed'))]) {
      const { http, sent } = createAnswering(answer);
      await catchKind(http.send(post));
      expect(sent).toHaveLength(1);
    }
  });

  it('names the innermost reason of a failed connection', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const { http } = createAnswering(() => Promise.reject(new TypeError('fetch failed', { cause })));
    await expect(http.send(post)).rejects.toThrow(
      'Somewhere, POST /things: Somewhere cannot be reached (connect ECONNREFUSED',
    );
  });

  it('waits for the whole account until the longest of several pauses is over', async () => {
    const waits: { milliseconds: number; end: () => void }[] = [];
    let sent = 0;
    const http = createHttpClient({
      remote: 'Somewhere',
      baseUrl: 'https://example.com',
      headers: {},
      rate: 1000,
      concurrency: 4,
      clock: {
        now: () => new Date(),
        sleep: (milliseconds) => new Promise((resolve) => void waits.push({ milliseconds, end: resolve })),
      },
      fetch: async () => {
        sent += 1;
        if (sent <= 2) return json(429, {}, { 'retry-after': sent === 1 ? '1' : '50' })();
        return json(200, {})();
      },
    });
    const calls = [http.send(get()), http.send(get())];
    await until(() => waits.length === 2);
    waits.find(({ milliseconds }) => milliseconds === 1000)?.end();
    calls.push(http.send(get()));
    await letTurnsPass();
    expect(sent).toBe(2);
    waits.find(({ milliseconds }) => milliseconds === 50_000)?.end();
    await Promise.all(calls);
    expect(sent).toBe(5);
  });

  it('can be cancelled while it waits its turn, while it is answered and while it pauses', async () => {
    for (const answer of [
      json(429, {}, { 'retry-after': '5' }),
      json(500, {}),
      () => new Promise<Response>(() => {}),
    ]) {
      const controller = new AbortController();
      const { http } = createAnswering(() => {
        controller.abort();
        return Promise.race([answer(), Promise.reject(new Error('aborted'))]);
      });
      expect(await catchKind(http.send(get(controller.signal)))).toBe('cancelled');
    }
    const { http, sent } = createAnswering(json(200, {}));
    expect(await catchKind(http.send(get(AbortSignal.abort())))).toBe('cancelled');
    expect(sent).toEqual([]);
  });
});

describe('the remote’s own words', () => {
  for (const [body, expected] of [
    [{ message: 'No' }, ': “No”'],
    [{ detail: 'Not that' }, ': “Not that”'],
    [{ message: '', detail: 'Yes' }, ': “Yes”'],
    [{ message: 5 }, ''],
    ['text', ''],
    [null, ''],
  ] as const) {
    it(`in ${JSON.stringify(body)} are quoted as ${expected === '' ? 'nothing' : expected}`, () => {
      expect(quote(body)).toBe(expected);
    });
  }

  it('are cut where they are long', () => {
    expect(quote({ message: 'x'.repeat(5000) }).length).toBeLessThan(220);
  });
});
