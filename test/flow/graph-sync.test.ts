import cytoscape, { type Core } from 'cytoscape';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toElements } from '../../src-renderer/graph/elements.ts';
import { patchElements } from '../../src-renderer/graph/patch.ts';
import { createActions } from '../../src-renderer/store/actions.ts';
import { connectStore } from '../../src-renderer/store/connect.ts';
import { createAppStore } from '../../src-renderer/store/store.ts';
import { toNewMetric } from '../servers/clickie/new-entity.ts';
import { mustAccount, putEntity } from '../servers/clickie/site.ts';
import { createBackendBridge } from '../support/backend-bridge.ts';
import { putOnServer, takeFromServer } from '../support/clickie-remote.ts';
import { onServer, type SyncWorld, startSyncWorld } from '../support/sync-world.ts';

/** The window's data side over a real backend, drawing into a cytoscape without a screen. */
async function openWindow(world: SyncWorld) {
  const store = createAppStore();
  const bridge = createBackendBridge(world);
  const connected = connectStore(store, bridge);
  const actions = createActions(store, bridge);
  const cy = cytoscape({ headless: true });
  onTestFinished(() => {
    connected.disconnect();
    cy.destroy();
  });
  await actions.begin();
  const draw = async () => {
    await connected.idle();
    const { server, view } = store.getState();
    if (server.neighbourhood === null) throw new Error('Nothing is to be drawn');
    return patchElements(cy, toElements(server.neighbourhood, view));
  };
  return { store, actions, connected, cy, draw };
}

/** Gives every node a place of its own, as a layout or a hand would. */
function placeAll(cy: Core): Map<string, cytoscape.Position> {
  cy.nodes().forEach((node, index) => void node.position({ x: 37 * index, y: 11 * index * index }));
  return readPlaces(cy);
}

function readPlaces(cy: Core): Map<string, cytoscape.Position> {
  return new Map(cy.nodes().map((node) => [node.id(), { ...node.position() }]));
}

/** The edges drawn, by the first lines of the labels of their ends. */
function readEdges(cy: Core): string[] {
  const name = (id: string) => String(cy.getElementById(id).data('label')).split('\n')[0];
  return cy
    .edges()
    .map((edge) => `${name(edge.data('source'))} → ${name(edge.data('target'))} (${edge.data('state')})`)
    .toSorted();
}

const aroundBuilding = [
  'Building → Boiler room (synced)',
  'Building → Humidity (synced)',
  'Building → Temperature (synced)',
  'John Smith → Building (synced)',
  'Overview → Building (synced)',
  'Overview → Temperature (synced)',
];

describe('from the server to the drawing', () => {
  it('an entity is drawn with its neighbours and all relationships between them', async () => {
    const world = await startSyncWorld();
    const { actions, cy, draw } = await openWindow(world);
    actions.openEntity((await world.entity('asset:10')).id);
    await draw();
    expect(readEdges(cy)).toEqual(aroundBuilding);
  });

  it('a remote change reaches the drawing, and what did not change keeps its place', async () => {
    const world = await startSyncWorld();
    const { actions, cy, draw } = await openWindow(world);
    actions.openEntity((await world.entity('asset:10')).id);
    await draw();
    const places = placeAll(cy);
    putEntity(mustAccount(world.server.site), toNewMetric(77, 'Vibration'));
    putOnServer(world.server, 'asset:10', 'metric:77');
    takeFromServer(world.server, 'asset:10', 'metric:20');
    await actions.sync();
    const patched = await draw();
    const fresh = `e${(await world.entity('metric:77')).id}`;
    const gone = `e${(await world.entity('metric:20')).id}`;
    expect(patched.added).toContain(fresh);
    expect(patched.removed).toContain(gone);
    expect(readEdges(cy)).toContain('Building → Vibration (synced)');
    expect(readEdges(cy)).not.toContain('Building → Humidity (synced)');
    const after = readPlaces(cy);
    for (const [id, place] of places) if (id !== gone) expect(after.get(id)).toEqual(place);
  });

  it('a sync without news touches nothing that is drawn', async () => {
    const world = await startSyncWorld();
    const { actions, cy, draw } = await openWindow(world);
    actions.openEntity((await world.entity('asset:10')).id);
    await draw();
    placeAll(cy);
    await actions.sync();
    expect(await draw()).toEqual({ added: [], updated: [], removed: [] });
  });

  it('the answers that arrive in the middle of a sync lead to the same drawing as at its end', async () => {
    const world = await startSyncWorld({ pulled: false });
    const { actions, cy, draw, connected } = await openWindow(world);
    const syncing = actions.sync();
    await world.next('store:changed', ({ parts }) => parts.includes('entities'));
    actions.openEntity((await world.entity('asset:10')).id);
    await syncing;
    await connected.idle();
    await draw();
    expect(readEdges(cy)).toEqual(aroundBuilding);
  });
});

describe('from the drawing to the server', () => {
  it('a relationship drawn by hand is shown as pending at once, and as synced after the push', async () => {
    const world = await startSyncWorld();
    const { cy, draw, actions } = await openWindow(world);
    const source = (await world.entity('asset:10')).id;
    const target = (await world.entity('metric:21')).id;
    actions.openEntity(source);
    await draw();
    await actions.relate({ sourceId: source, targetId: target, type: null, local: false });
    await draw();
    expect(readEdges(cy)).toContain('Building → Steam pressure (create)');
    const places = placeAll(cy);
    await actions.sync();
    await draw();
    expect(readEdges(cy)).toContain('Building → Steam pressure (synced)');
    expect(readPlaces(cy)).toEqual(places);
    expect(onServer(world.server)).toContain('asset:10 → metric:21');
  });
});

describe('a start without a network', () => {
  it('shows the last known graph and says why it is not newer', async () => {
    const world = await startSyncWorld();
    await world.server.goOffline();
    await world.sync();
    await world.reopen();
    const { store, actions, cy, draw } = await openWindow(world);
    actions.openEntity((await world.entity('asset:10')).id);
    await draw();
    expect(readEdges(cy)).toEqual(aroundBuilding);
    const [connection] = store.getState().server.workspace?.connections ?? [];
    expect(connection?.state).toBe('offline');
    expect(connection?.offlineSince).not.toBeNull();
    expect(connection?.lastFailure?.message).toContain('cannot be reached');
  });

  it('lets edits be drawn, and they reach the server once it is back', async () => {
    const world = await startSyncWorld();
    await world.server.goOffline();
    const { actions, cy, draw } = await openWindow(world);
    const source = (await world.entity('asset:10')).id;
    const target = (await world.entity('metric:21')).id;
    actions.openEntity(source);
    await draw();
    await actions.relate({ sourceId: source, targetId: target, type: null, local: false });
    await actions.sync();
    await draw();
    expect(readEdges(cy)).toContain('Building → Steam pressure (create)');
    await world.server.goOnline();
    await actions.sync();
    await draw();
    expect(readEdges(cy)).toContain('Building → Steam pressure (synced)');
    expect(await world.shown()).toEqual(onServer(world.server));
  });
});
