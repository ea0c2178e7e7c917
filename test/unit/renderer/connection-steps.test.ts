import { describe, expect, it } from 'vitest';
import { ConnectionId, type ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { createAppStore, patchView } from '../../../src-renderer/store/store.ts';
import { connectionStatus } from './connection-status.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { workspaceStatus } from './workspace-status.ts';

const [plant, office] = ['plant', 'office'].map((name, index) => ({
  ...connectionStatus,
  id: ConnectionId.parse(index + 2),
  name,
  ...(name === 'office' ? { remote: 'autodesk', options: { clientId: 'app' } } : {}),
})) as [ConnectionStatus, ConnectionStatus];

/** A window with two connections, whose requests wait until a test answers them. */
function openWindow() {
  const fake = createFakeBridge({ 'sync:start': [] });
  const store = createAppStore();
  const workspace = { ...workspaceStatus, connections: [plant, office] };
  store.setState((state) => ({ ...state, server: { ...state.server, workspace } }));
  return { ...fake, store, actions: createActions(store, fake.bridge) };
}

const loss = {
  pending: 0,
  conflicts: 0,
  held: 0,
  marks: 0,
  entities: 0,
  relationships: 0,
  keptEntities: 0,
  undoable: 0,
};

describe('a step of a connection', () => {
  it('is left for the facts once its work is done', () => {
    const { store, actions } = openWindow();
    actions.openConnections(null);
    actions.showConnectionStep(plant.id, 'facts', 'key');
    expect(store.getState().view.managing).toEqual({ connectionId: plant.id, step: 'key' });
    actions.showConnectionStep(plant.id, 'key', 'facts');
    expect(store.getState().view.managing).toEqual({ connectionId: plant.id, step: 'facts' });
  });

  it.each([
    ['another step', plant.id],
    ['another connection', office.id],
  ])('that was left for %s takes nobody away from there when its work is done late', (_, shown) => {
    const { store, actions } = openWindow();
    actions.openConnections(plant.id);
    actions.showConnectionStep(plant.id, 'facts', 'key');
    actions.openConnections(shown);
    actions.showConnectionStep(shown, 'facts', 'edit');
    actions.showConnectionStep(plant.id, 'key', 'facts');
    expect(store.getState().view.managing).toEqual({ connectionId: shown, step: 'edit' });
  });

  it('opens no dialog that was closed meanwhile', () => {
    const { store, actions } = openWindow();
    actions.openConnections(plant.id);
    actions.showConnectionStep(plant.id, 'facts', 'edit');
    actions.closeConnections();
    actions.showConnectionStep(plant.id, 'edit', 'facts');
    expect(store.getState().view.managing).toBeNull();
  });
});

describe('a removal that takes its time', () => {
  it.each([
    ['the dialog was closed', null],
    ['another connection is edited', { connectionId: office.id, step: 'edit' }],
  ] as const)('changes nothing of what is shown where %s meanwhile', async (_, managing) => {
    const { store, actions, waiting } = openWindow();
    patchView(store, { managing: { connectionId: plant.id, step: 'remove' } });
    const removing = actions.removeConnection(plant.id, loss, false);
    patchView(store, { managing });
    waiting('connections:remove')[0]?.answer({ ok: true, value: null });
    await removing;
    expect(store.getState().view.managing).toBe(managing);
  });
});

describe('a system that takes its time to connect', () => {
  const draft = { remote: 'clickie', name: 'plant', url: 'https://clickie.example.com', scope: '1' } as const;

  it('closes no connect dialog that was opened since', async () => {
    const { store, actions, waiting } = openWindow();
    actions.openConnectDialog(null);
    const connecting = actions.connectSystem(draft, 'a-key');
    actions.closeConnectDialog();
    actions.openConnectDialog(null);
    const value = { connection: plant, secretStorage: { persisted: true, reason: null } };
    waiting('connections:add')[0]?.answer({ ok: true, value });
    await connecting;
    await settle();
    expect(store.getState().view.connecting).not.toBeNull();
  });
});

describe('a test of what lets a connection in', () => {
  const identity = { fingerprint: 'a', label: 'Ada', account: '1' };

  it.each([
    ['The key works: Ada.', plant, true],
    ['The sign-in works: Ada.', office, true],
    [
      'The sign-in speaks for “Ada”, who is someone else than before. Sync to decide what to do.',
      office,
      false,
    ],
  ])('says “%s”', async (text, connection, isSame) => {
    const { actions, waiting } = openWindow();
    const testing = actions.retestConnection(connection.id);
    waiting('connections:retest')[0]?.answer({ ok: true, value: { identity, isSame } });
    expect(await testing).toEqual({ good: isSame, text });
  });
});
