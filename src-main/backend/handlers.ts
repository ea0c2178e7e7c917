import type { ChangedPart } from '../../src-preload/contract/events.ts';
import type { Answer, BackendChannel, ParsedParams } from '../../src-preload/contract/requests.ts';
import { dropIntent, dropIntents } from './commands/drop-intent.ts';
import { relate } from './commands/relate.ts';
import { resolveConflict, resolveConflicts } from './commands/resolve-conflict.ts';
import { retype } from './commands/retype.ts';
import { undoOrRedo } from './commands/undo.ts';
import { unrelate } from './commands/unrelate.ts';
import { addConnection, provideSecret, testConnection } from './connections.ts';
import type { Session } from './session.ts';
import { readWorkspaceStatus } from './status.ts';
import { readConflictPage } from './store/conflicts.ts';
import { findEntityByAddress, readEntityDetail, readEntityPage } from './store/entities.ts';
import { readHeldPage, readHeldRows, releaseHeldRemoval } from './store/held-removals.ts';
import { readHistoryPage } from './store/history.ts';
import { readNeighbourhood } from './store/neighbourhood.ts';
import { readOutboxPage } from './store/outbox.ts';
import { readRelationship, readRelationshipPage } from './store/relationships.ts';
import { readFailurePage, readReportPage } from './store/reports.ts';
import { readSyncSettings, saveSyncSettings } from './store/settings.ts';
import type { AutoSync } from './sync/auto-sync.ts';
import { dryRun, refreshEntity, startSync } from './syncs.ts';

/** One handler per request of the contract; a missing one does not compile. */
export type Handlers = {
  readonly [C in BackendChannel]: (params: ParsedParams<C>) => Answer<C> | Promise<Answer<C>>;
};

const changedByCommand: readonly ChangedPart[] = [
  'relationships',
  'outbox',
  'conflicts',
  'history',
  'workspace',
];

export function createHandlers(session: Session, automation: AutoSync): Handlers {
  const db = () => session.db();
  const command = <T>(body: () => T): T => {
    const answer = body();
    session.changed(...changedByCommand);
    return answer;
  };
  /** Nothing syncs by itself while one workspace takes the place of another. */
  const openWith = async (open: () => Promise<void>) => {
    await automation.stop();
    try {
      await open();
    } finally {
      automation.start();
    }
    return await readWorkspaceStatus(session);
  };
  const nothing = (body: () => void): null => {
    body();
    return null;
  };
  return {
    'workspace:create': ({ path }) => openWith(() => session.create(path)),
    'workspace:open': ({ path }) => openWith(() => session.open(path)),
    'workspace:close': async () => {
      await automation.stop();
      await session.close();
      return null;
    },
    'workspace:status': async () =>
      session.workspace() === null ? null : await readWorkspaceStatus(session),

    'connections:test': ({ draft, secret }) => testConnection(session, draft, secret),
    'connections:add': ({ draft, secret }) => addConnection(session, draft, secret),
    'connections:provide-secret': ({ id, secret }) => provideSecret(session, id, secret),

    'entities:page': ({ offset, limit, ...filter }) => readEntityPage(db(), filter, { offset, limit }),
    'entities:read': ({ id }) => readEntityDetail(db(), id),
    'entities:find': ({ address }) => findEntityByAddress(db(), address),
    'entities:refresh': ({ id }) => refreshEntity(session, id),

    'graph:neighbourhood': ({ roots, limit }) => readNeighbourhood(db(), roots, limit),

    'relationships:page': ({ entityId, offset, limit }) =>
      readRelationshipPage(db(), entityId, { offset, limit }),
    'relationships:read': ({ id }) => readRelationship(db(), id),
    'relationships:relate': (params) => command(() => relate(session.commandContext(), params)),
    'relationships:retype': ({ id, type }) => command(() => retype(session.commandContext(), id, type)),
    'relationships:unrelate': ({ id }) => command(() => unrelate(session.commandContext(), id)),

    'outbox:page': ({ connectionId, states, ...page }) =>
      readOutboxPage(db(), page, { connectionId, states }),
    'outbox:drop': ({ id }) => command(() => nothing(() => dropIntent(session.commandContext(), id))),
    'outbox:drop-many': (params) => command(() => dropIntents(session.commandContext(), params)),

    'conflicts:page': ({ filter, ...page }) => readConflictPage(db(), page, filter),
    'conflicts:resolve': ({ id, keep }) =>
      command(() => nothing(() => resolveConflict(session.commandContext(), id, keep))),
    'conflicts:resolve-many': (params) => command(() => resolveConflicts(session.commandContext(), params)),

    'held:list': (page) => readHeldPage(db(), page),
    'held:rows': ({ id, ...page }) => readHeldRows(db(), id, page),
    'held:release': ({ id }) =>
      nothing(() => {
        releaseHeldRemoval(db(), id, session.ports.clock.now().toISOString());
        session.changed('held', 'workspace');
      }),

    'history:page': (page) => readHistoryPage(db(), page),
    'history:undo': () => command(() => undoOrRedo(session.commandContext(), 'undo')),
    'history:redo': () => command(() => undoOrRedo(session.commandContext(), 'redo')),

    'sync:start': ({ connectionId, mode, only }) =>
      startSync(session, connectionId, { kind: 'sync', mode, only }),
    'sync:dry-run': ({ connectionId, only, ...page }) => dryRun(session, connectionId, only, page),
    'sync:cancel': ({ connectionId }) => nothing(() => session.schedule.cancel(connectionId)),
    'sync:focus': ({ entityIds }) => nothing(() => session.setFocus(entityIds)),
    'sync:settings': () => readSyncSettings(db()),
    'sync:set-settings': (settings) => {
      saveSyncSettings(db(), settings);
      automation.wake();
      return settings;
    },
    'sync:reports': ({ connectionId, ...page }) => readReportPage(db(), connectionId, page),
    'sync:failures': ({ reportId, ...page }) => readFailurePage(db(), reportId, page),
  };
}
