import { describe, expect, it } from 'vitest';
import { createAccountPauses } from '../../../src-main/backend/remote/account-pause.ts';
import { RemoteError } from '../../../src-main/backend/remote/errors.ts';
import { createHttpClient, type HttpClient, quote } from '../../../src-main/backend/remote/http.ts';
import {
  createInstantClock,
  createTickingClock,
  type InstantClock,
  letTurnsPass,
  until,
} from '../../support/instant-clock.ts';
import { createManualClock } from '../../support/manual-clock.ts';

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
    conceals: () => [],
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

const page = (status: number) => () =>
  new Response('<!doctype html><title>Log in</title>', { status, headers: { 'content-type': 'text/html' } });

const plain = {
  remote: 'Somewhere',
  baseUrl: 'https://example.com',
  headers: {},
  conceals: () => [],
  rate: 1000,
  concurrency: 4,
} as const;

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
      conceals: () => [],
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

  it('waits as long as another client of the same account was told to, and no client of another account does', async () => {
    const pauseOf = createAccountPauses();
    const clock = createManualClock('2026-03-04T12:00:00.000Z');
    const sent: string[] = [];
    const connect = (name: string, account: string) =>
      createHttpClient({
        ...plain,
        clock,
        accountPause: pauseOf(account),
        fetch: async () => {
          sent.push(name);
          return sent.length === 1 ? json(429, {}, { 'retry-after': '20' })() : json(200, {})();
        },
      });
    const limited = connect('limited', 'one').send(get());
    await clock.advance(0);
    const others = [connect('same', 'one').send(get()), connect('other', 'two').send(get())];
    await clock.advance(19_999);
    expect(sent).toEqual(['limited', 'other']);
    await clock.advance(1000);
    await Promise.all([limited, ...others]);
    expect(sent.toSorted()).toEqual(['limited', 'limited', 'other', 'same']);
  });

  it('leaves the account alone until a pause is over that was too long to wait for, at most an hour', async () => {
    const clock = createTickingClock();
    let sent = 0;
    const http = createHttpClient({
      ...plain,
      clock,
      fetch: async () => {
        sent += 1;
        return json(sent === 1 ? 429 : 200, {}, { 'retry-after': '99999999' })();
      },
    });
    expect(await catchKind(http.send(get()))).toBe('rate-limited');
    clock.tick(3_599_000);
    expect(await catchKind(http.send(post))).toBe('rate-limited');
    expect(sent).toBe(1);
    clock.tick(1000);
    expect(await http.send(get())).toMatchObject({ status: 200 });
  });

  it('gives reads, writes and long answers each their own time', async () => {
    const deadlines: number[] = [];
    const http = createHttpClient({
      ...plain,
      clock: createInstantClock(),
      timeoutMs: { DELETE: 90_000 },
      timer: (milliseconds) => {
        deadlines.push(milliseconds);
        return () => undefined;
      },
      fetch: async () => json(200, {})(),
    });
    await http.send(get());
    await http.send(post);
    await http.send({ ...get(), method: 'DELETE' });
    await http.stream(get());
    expect(deadlines).toEqual([20_000, 30_000, 90_000, 300_000]);
  });

  it('ends a read whose time is up, and says how long it waited', async () => {
    const http = createHttpClient({
      ...plain,
      clock: createInstantClock(),
      timer: (_milliseconds, late) => {
        queueMicrotask(late);
        return () => undefined;
      },
      fetch: (_url, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    await expect(http.send(post)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('within 30 seconds'),
    });
  });

  it('reads a search again after a fault, though it is a POST', async () => {
    const { http, sent } = createAnswering(json(500, {}), json(200, {}));
    await http.send({ ...post, isRead: true });
    expect(sent).toHaveLength(2);
  });

  it('names the host that a redirect leads to, and does not go there', async () => {
    const { http, sent } = createAnswering(json(302, {}, { location: 'https://login.hotel.example/' }));
    await expect(http.send(get())).rejects.toThrow('login.hotel.example');
    expect(sent).toHaveLength(1);
    expect(sent[0]?.init.redirect).toBe('manual');
  });

  for (const [what, answer, word] of [
    ['the login page of a network', page(200), 'wants a login first'],
    ['a network that says so (511)', page(511), 'wants a login first'],
    ['a proxy that wants a login (407)', page(407), 'Sign in to the proxy'],
    ['the page of a gateway', page(404), 'no JSON'],
  ] as const) {
    it(`tells ${what} plainly`, async () => {
      const { http } = createAnswering(answer);
      await expect(http.send(get())).rejects.toThrow(word);
    });
  }

  it('hands a long answer over while it comes, and stops at 20 MB', async () => {
    const piece = new TextEncoder().encode('x'.repeat(1024 * 1024));
    let made = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        made += 1;
        controller.enqueue(piece);
      },
    });
    const { http } = createAnswering(() => new Response(body));
    const answer = await http.stream(get());
    if (!('pieces' in answer)) throw new Error('no stream');
    let read = 0;
    const reading = (async () => {
      for await (const text of answer.pieces) read += text.length;
    })();
    expect(await catchKind(reading)).toBe('too-large');
    expect(read).toBe(20 * 1024 * 1024);
    expect(made).toBeLessThan(25);
  });

  it('tells that a long answer broke off', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('socket hang up')),
    });
    const { http } = createAnswering(() => new Response(body));
    const answer = await http.stream(get());
    if (!('pieces' in answer)) throw new Error('no stream');
    const first = answer.pieces[Symbol.asyncIterator]().next();
    expect(await catchKind(first)).toBe('unreachable');
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
