import { describe, expect, it } from 'vitest';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';

function connected() {
  const fake = createFakeBridge({ 'workspace:cancel-care': null });
  const store = createAppStore();
  connectStore(store, fake.bridge);
  return { ...fake, store, actions: createActions(store, fake.bridge) };
}

const progress = { work: 'check', phase: 'working', done: 3, total: 72 } as const;

describe('the care of the file in the window', () => {
  it('shows how far it is until it has ended', () => {
    const { emit, store } = connected();
    emit('care:progressed', progress);
    expect(store.getState().server.careProgress).toEqual(progress);
    emit('care:progressed', { ...progress, done: 72 });
    expect(store.getState().server.careProgress).toBeNull();
  });

  it('shows none once the data process is gone', () => {
    const { emit, store } = connected();
    emit('care:progressed', progress);
    emit('backend:lost', { reason: 'It ended.' });
    expect(store.getState().server.careProgress).toBeNull();
  });

  it('tells what was cancelled as such, with what was kept, and not as a failure', async () => {
    const { actions, store, waiting } = connected();
    const checking = actions.checkWorkspace();
    await actions.cancelCare();
    const message = 'The check was cancelled. The workspace was not changed.';
    waiting('workspace:check')[0]?.answer({ ok: false, error: { code: 'cancelled', message, details: {} } });
    await checking;
    await settle();
    expect(store.getState().view.notices).toMatchObject([
      { tone: 'plain', title: 'Cancelled', text: message },
    ]);
  });

  it('tells what stopped by itself as a failure, in the words of the error', async () => {
    const { actions, store, waiting } = connected();
    const compacting = actions.compactWorkspace();
    const message = 'The compaction stopped before its end. The workspace holds all that it held before.';
    waiting('workspace:compact')[0]?.answer({
      ok: false,
      error: { code: 'care-ended', message, details: {} },
    });
    await compacting;
    expect(store.getState().view.notices).toMatchObject([
      { tone: 'bad', title: 'Could not compact the workspace', text: message },
    ]);
  });
});
