import { describe, expect, it } from 'vitest';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';

function connected() {
  const fake = createFakeBridge({
    'app:choose-file': { path: '/rows.csv' },
    'query:cancel': { cancelled: 1 },
  });
  const store = createAppStore();
  connectStore(store, fake.bridge);
  return { ...fake, store, actions: createActions(store, fake.bridge) };
}

describe('an export in the window', () => {
  it('shows how far it is, also while nobody knows how much there is, until it has ended', () => {
    const { emit, store } = connected();
    const progress = { name: 'export-1', done: 300, total: null };
    emit('export:progressed', progress);
    expect(store.getState().server.exportProgress).toEqual(progress);
    emit('export:progressed', { ...progress, total: 300 });
    expect(store.getState().server.exportProgress).toBeNull();
  });

  it('can be cancelled by its own name, which is told as such and not as a failure', async () => {
    const { actions, emit, store, waiting } = connected();
    const exporting = actions.exportRows('kind:pump');
    await settle();
    const [asked] = waiting('export:write');
    if (asked === undefined) throw new Error('Nothing was exported');
    const { name } = asked.params as { name: string }; // of the request above
    emit('export:progressed', { name, done: 1, total: 9 });
    await actions.cancelExport();
    const error = {
      code: 'cancelled',
      message: 'The export was cancelled. Nothing was written.',
      details: {},
    };
    asked.answer({ ok: false, error });
    expect(await exporting).toEqual({ ok: true, value: null });
    expect(store.getState().view.notices).toMatchObject([{ tone: 'plain', title: 'Cancelled' }]);
  });

  it('that fails says so in its dialog', async () => {
    const { actions, waiting } = connected();
    const exporting = actions.exportRows('kind:');
    await settle();
    const error = { code: 'export-failed', message: 'There is no space.', details: {} };
    waiting('export:write')[0]?.answer({ ok: false, error });
    expect(await exporting).toMatchObject({ ok: false, problem: { message: 'There is no space.' } });
  });
});
