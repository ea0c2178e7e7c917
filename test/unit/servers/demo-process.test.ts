import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { DemoMessage, DemoRequest } from '../../servers/demo/demo-process.ts';

const entry = path.resolve(import.meta.dirname, '../../servers/demo/demo-process.ts');

let children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(children.map(end));
  children = [];
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

/** What Electron puts into utility processes, bridged to the channel that a forked process has. */
const parentPort = `
  import { EventEmitter } from 'node:events';
  const port = new EventEmitter();
  const send = process.send.bind(process);
  port.postMessage = (message) => send({ ...message, name: 'by port' });
  process.on('message', (data) => port.emit(data === 'close' ? 'close' : 'message', { data }));
  process.parentPort = port;
`;

function startDemo(...execArgv: string[]) {
  const child = fork(entry, { stdio: 'pipe', execArgv });
  children.push(child);
  const next = async () => {
    const [message] = await once(child, 'message');
    // The process sends nothing else.
    return message as DemoMessage;
  };
  const ask = async (request: DemoRequest) => {
    const answer = next();
    child.send(request);
    return answer;
  };
  return { child, next, ask };
}

/** How each system is asked for its first assets. */
const questions: Readonly<
  Record<string, (secret: string, scope: string) => [string, Record<string, string>]>
> = {
  clickie: (secret, scope) => ['/assets?limit=1', { authorization: secret, account: scope }],
  algapsa: (secret) => ['/api/v1/assets?limit=1', { 'x-api-key': secret }],
  autodesk: (secret, scope) => [
    `/construction/assets/v2/projects/${scope}/assets?limit=1`,
    { authorization: `Bearer ${secret}`, 'x-ads-region': 'EMEA' },
  ],
};

/** The status of the first assets of each system by its connection's name; null where it is away. */
async function readStatuses({ drafts }: Extract<DemoMessage, { type: 'ready' }>) {
  const statuses: Record<string, number | null> = {};
  for (const { draft, secret } of drafts) {
    const [route, headers] = questions[draft.remote]?.(secret, draft.scope) ?? ['', {}];
    const answer = await fetch(draft.url + route, { headers }).catch(() => null);
    statuses[draft.name] = answer === null ? null : answer.status;
  }
  return statuses;
}

async function startReady(...execArgv: string[]) {
  const started = startDemo(...execArgv);
  const ready = await started.next();
  if (ready.type !== 'ready') throw new Error('The demo is not ready');
  return { ...started, ready };
}

describe('the servers of the demo', () => {
  test('announce how each is connected, serve, and end with their parent', async () => {
    const { child, ready } = await startReady();
    expect(ready.drafts).toMatchObject([
      { draft: { name: 'demo-plant', remote: 'clickie', scope: '4210' } },
      { draft: { name: 'demo-fleet', remote: 'algapsa' } },
      { draft: { name: 'demo-building', remote: 'autodesk' } },
    ]);
    expect(await readStatuses(ready)).toEqual({ 'demo-plant': 200, 'demo-fleet': 200, 'demo-building': 200 });
    const gone = once(child, 'exit');
    child.disconnect();
    expect(await gone).toEqual([0, null]);
  });

  test('go off the network and come back, all at once', async () => {
    const { ask, ready } = await startReady();
    expect(await ask({ type: 'offline' })).toEqual({ type: 'offline' });
    expect(await readStatuses(ready)).toEqual({
      'demo-plant': null,
      'demo-fleet': null,
      'demo-building': null,
    });
    expect(await ask({ type: 'online' })).toEqual({ type: 'online' });
    expect(await readStatuses(ready)).toEqual({ 'demo-plant': 200, 'demo-fleet': 200, 'demo-building': 200 });
  });

  test('let a colleague change something, each in turn', async () => {
    const { ask } = await startReady();
    expect(await ask({ type: 'someone-else' })).toMatchObject({ text: expect.stringContaining('added') });
    expect(await ask({ type: 'someone-else' })).toMatchObject({
      text: expect.stringMatching(/^Sam Shore related “.+” to “.+” \(.+\)$/),
    });
    expect(await ask({ type: 'someone-else' })).toMatchObject({ text: expect.stringContaining('issue') });
    expect(await ask({ type: 'someone-else' })).toMatchObject({ text: expect.stringContaining('added') });
  });
});

describe('the servers of the demo as a utility process', () => {
  test('speak over the parent port and end when that closes', async () => {
    const importPort = ['--import', `data:text/javascript,${encodeURIComponent(parentPort)}`];
    const { child, ask, ready } = await startReady(...importPort);
    expect(ready).toMatchObject({ name: 'by port' });
    expect(await ask({ type: 'someone-else' })).toMatchObject({ type: 'changed', name: 'by port' });
    const gone = once(child, 'exit');
    child.send('close');
    expect(await gone).toEqual([0, null]);
  });
});
