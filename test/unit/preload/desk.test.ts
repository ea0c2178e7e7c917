import { describe, expect, it } from 'vitest';
import type { RequestMessage } from '../../../src-preload/contract/bridge.ts';
import type { Result } from '../../../src-preload/contract/errors.ts';
import { createDesk, type Desk } from '../../../src-preload/desk.ts';

const done: Result<unknown> = { ok: true, value: null };
const missing: Result<unknown> = {
  ok: false,
  error: { code: 'workspace-missing', message: 'No workspace is open.', details: {} },
};

/** A data process that remembers what it was sent and answers by hand. */
function start(desk: Desk) {
  const sent: RequestMessage[] = [];
  desk.connect((message) => sent.push(message));
  const answer = (channel: string, result: Result<unknown> = done) => {
    const message = sent.find((one) => one.channel === channel);
    if (message === undefined) throw new Error(`${channel} was not sent.`);
    desk.answer(message.id, result);
  };
  return { sent: () => sent.map(({ channel }) => channel), answer };
}

/** A desk whose data process had a workspace open and ended. */
async function lostWithWorkspace(): Promise<Desk> {
  const desk = createDesk();
  const first = start(desk);
  const opened = desk.request('workspace:open', { path: '/a' });
  first.answer('workspace:open');
  await opened;
  desk.lose();
  return desk;
}

const codeOf = async (result: Promise<Result<unknown>>) => {
  const settled = await result;
  return settled.ok ? null : settled.error.code;
};

describe('the desk that keeps what the page asked', () => {
  it('keeps what is asked before the data process is there', async () => {
    const desk = createDesk();
    const created = desk.request('workspace:create', { path: '/a' });
    const first = start(desk);
    first.answer('workspace:create');
    expect(await created).toEqual(done);
  });

  it('says of a command under way that nobody knows what became of it, and repeats a read once', async () => {
    const desk = createDesk();
    start(desk);
    const edit = desk.request('relationships:relate', {});
    const read = desk.request('entities:page', {});
    desk.lose();
    expect(await codeOf(edit)).toBe('backend-gone');
    const second = start(desk);
    expect(second.sent()).toEqual(['entities:page']);
    desk.lose();
    expect(await codeOf(read)).toBe('backend-gone');
  });

  it('refuses an edit at once while the data process is away', async () => {
    const desk = await lostWithWorkspace();
    expect(await codeOf(desk.request('relationships:relate', {}))).toBe('backend-gone');
    expect(start(desk).sent()).toEqual([]);
  });

  it('lets no edit reach a new data process before the workspace is open in it again', async () => {
    const desk = await lostWithWorkspace();
    const second = start(desk);
    const reopened = desk.request('workspace:open', { path: '/a' });
    expect(await codeOf(desk.request('relationships:relate', {}))).toBe('backend-gone');
    second.answer('workspace:open');
    await reopened;
    void desk.request('relationships:relate', {});
    expect(second.sent()).toEqual(['workspace:open', 'relationships:relate']);
  });

  it('still refuses edits after it ended once more while the workspace was opened', async () => {
    const desk = await lostWithWorkspace();
    start(desk);
    const reopened = desk.request('workspace:open', { path: '/a' });
    desk.lose();
    expect(await codeOf(reopened)).toBe('backend-gone');
    start(desk);
    expect(await codeOf(desk.request('relationships:relate', {}))).toBe('backend-gone');
  });

  it('lets the data process speak for itself once the workspace could not be opened again', async () => {
    const desk = await lostWithWorkspace();
    const second = start(desk);
    const reopened = desk.request('workspace:open', { path: '/a' });
    second.answer('workspace:open', missing);
    await reopened;
    const signIn = desk.request('sign-in:start', {});
    second.answer('sign-in:start');
    expect(await signIn).toEqual(done);
  });

  it('keeps commands for the next data process where no workspace was open', async () => {
    const desk = await lostWithWorkspace();
    const second = start(desk);
    const reopened = desk.request('workspace:open', { path: '/a' });
    second.answer('workspace:open');
    await reopened;
    const closed = desk.request('workspace:close', {});
    second.answer('workspace:close');
    await closed;
    desk.lose();
    const signIn = desk.request('sign-in:start', {});
    start(desk).answer('sign-in:start');
    expect(await signIn).toEqual(done);
  });
});
