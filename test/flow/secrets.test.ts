import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { TransferFormat } from '../../src-preload/contract/transfer-requests.ts';
import { createTickingClock } from '../support/instant-clock.ts';
import { createOneSecret, createPlainPorts } from '../support/plain-ports.ts';
import { type ProfileJourney, profileJourneys } from '../support/profile-journeys.ts';
import { createTempFolder } from '../support/temp-folder.ts';

/** One profile of each remote to which a relationship arrives. */
const journeys = ['AlgaPSA', 'Autodesk', 'Clickie'].flatMap(
  (remote) => profileJourneys.find(({ title, end }) => title.startsWith(remote) && end === 'arrives') ?? [],
);

/** Errors that say the key back, as a server or a proxy in between may. */
function toEchoes(secret: string): readonly Response[] {
  const said = `The key ${secret} may not do that`;
  const bodies = [
    { message: said },
    { error: said },
    { error: { code: 'FORBIDDEN', message: said } },
    { detail: said },
    { type: 'FORBIDDEN', title: said, detail: said },
    { developerMessage: said, errorCode: secret },
  ];
  const statuses = [403, 400, 422, 403, 500, 400];
  return bodies.map((body, n) => Response.json(body, { status: statuses[n] ?? 400 }));
}

async function start({ start: startServer }: ProfileJourney) {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const told: string[] = [];
  let echo: Response | null = null;
  const backend = createBackend(
    createPlainPorts({
      secrets: createOneSecret(server.secret),
      clock: createTickingClock(),
      log: (line) => void told.push(line),
      fetch: async (url, init) => (init.method === 'GET' ? null : echo?.clone()) ?? (await fetch(url, init)),
    }),
  );
  onTestFinished(() => backend.close());
  backend.onEvent((event) => void told.push(JSON.stringify(event)));
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    told.push(JSON.stringify(result));
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  };
  return { server, told, ask, answerWritesWith: (next: Response | null) => (echo = next) };
}

/** The text of a file; of a workbook, that of what is packed in it. */
function readText(path: string): string {
  const bytes = readFileSync(path);
  if (!path.endsWith('.xlsx')) return bytes.toString('latin1');
  return Object.values(unzipSync(bytes))
    .map((part) => Buffer.from(part).toString('latin1'))
    .join('\n');
}

describe('a secret that a server says back in its errors [I23]', () => {
  for (const journey of journeys) {
    test(`is in no file, answer, event, log or export: ${journey.title}`, async () => {
      const { server, told, ask, answerWritesWith } = await start(journey);
      const folder = createTempFolder();
      await ask('workspace:create', { path: join(folder, 'test.weft') });
      const { connection } = await ask('connections:add', { draft: server.draft, secret: server.secret });
      const sync = () => ask('sync:start', { connectionId: null, mode: 'both', only: null });
      await sync();
      const ends = {
        sourceId: (await ask('entities:find', { address: journey.source.address })).id,
        targetId: (await ask('entities:find', { address: journey.target.address })).id,
      };
      await ask('relationships:relate', { ...ends, type: journey.type, local: false });

      for (const echo of toEchoes(server.secret)) {
        answerWritesWith(echo);
        await sync();
      }
      await ask('workspace:status', {});
      await ask('connections:detail', { id: connection.id });
      await ask('outbox:page', { offset: 0, limit: 100 });
      await ask('sync:reports', { limit: 100 });
      await ask('history:page', { offset: 0, limit: 100 });
      for (const format of TransferFormat.options) {
        await ask('export:write', { path: join(folder, `all.${format}`), format, query: '' });
      }

      const everything = [...told, ...readdirSync(folder).map((name) => readText(join(folder, name)))].join(
        '\n',
      );
      expect(everything).toContain(journey.target.name);
      expect(everything).toContain('The key ••• may not do that');
      expect(everything.includes(server.secret), 'the secret is somewhere').toBe(false);
    });
  }
});
