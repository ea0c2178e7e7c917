import { describe, expect, it } from 'vitest';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';

function choosing(handle: string) {
  const { bridge, waiting } = createFakeBridge({ 'import:forget': null });
  const store = createAppStore();
  connectStore(store, bridge);
  const actions = createActions(store, bridge);
  const reading = actions.readImportFile(handle);
  const choose = async () => {
    const [dialog] = waiting('app:choose-file');
    if (dialog === undefined) throw new Error('No file dialog was asked for');
    dialog.answer({ ok: true, value: { path: '/rows.csv' } });
    await settle();
  };
  return { actions, reading, choose, waiting };
}

describe('an import whose file is chosen', () => {
  it('is read', async () => {
    const { choose, waiting } = choosing('one');
    await choose();
    expect(waiting('import:inspect')).toMatchObject([{ params: { handle: 'one' } }]);
  });

  it('is not read where its dialog was closed meanwhile, so that nothing is kept of it', async () => {
    const { actions, reading, choose, waiting } = choosing('one');
    await actions.forgetImport('one');
    await choose();
    expect(waiting('import:inspect')).toEqual([]);
    expect(await reading).toEqual({ ok: true, value: undefined });
  });
});
