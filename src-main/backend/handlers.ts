import type { ChangedPart } from '../../src-preload/contract/events.ts';
import type { Answer, BackendChannel, ParsedParams } from '../../src-preload/contract/requests.ts';
import { type Cancellable, createCancellable } from './cancellable.ts';
import { adopt, type Care, describeBackups } from './care.ts';
import { dropIntent, dropIntents } from './commands/drop-intent.ts';
import { createLocalEntity, deleteLocalEntity, editLocalEntity } from './commands/local-entities.ts';
import { relate } from './commands/relate.ts';
import { resolveConflict, resolveConflicts } from './commands/resolve-conflict.ts';
import { retype } from './commands/retype.ts';
import { unrelate } from './commands/unrelate.ts';
import { removeView, renameView } from './commands/views.ts';
import {
  exportTypes,
  importTypes,
  listTypes,
  rehearseImport,
  removeType,
  saveType,
} from './commands/vocabulary.ts';
import { addConnection, provideSecret, testConnection } from './connections.ts';
import { writeExport } from './exports.ts';
import { revertCommand, rollbackCommand, stepCommand } from './history-commands.ts';
import { createImports } from './imports.ts';
import { type LongCommand, runLong } from './long-commands.ts';
import {
  adoptIdentity,
  pauseConnection,
  readConnectionDetail,
  retestConnection,
  updateConnection,
} from './manage-connections.ts';
import { createPast } from './past.ts';
import { createQueries } from './queries.ts';
import { forgetSecrets, readRemovalLoss, removeWithSecret } from './removals.ts';
import type { Session } from './session.ts';
import { readWorkspaceStatus } from './status.ts';
import { readConflictPage } from './store/conflicts.ts';
import { findEntityByAddress, readEntityDetail } from './store/entities.ts';
import { readHeldPage, readHeldRows, releaseHeldRemoval } from './store/held-removals.ts';
import { readHistoryChanges } from './store/history-changes.ts';
import { readHistoryPage } from './store/history-page.ts';
import { readOutboxPage } from './store/outbox.ts';
import { readRelationship, readRelationshipPage } from './store/relationships.ts';
import { readFailurePage, readReportPage } from './store/reports.ts';
import { readSyncSettings, saveSyncSettings } from './store/settings.ts';
import { findViewByText, readView, readViewPage, toSavedView, toViewSummary } from './store/views.ts';
import type { AutoSync } from './sync/auto-sync.ts';
import { dryRun, refreshEntity, startSync } from './syncs.ts';
import { exportView, saveDrawnView, takeOverView } from './views.ts';

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

export function createHandlers(session: Session, automation: AutoSync, care: Care): Handlers {
  const cancellable = createCancellable();
  return {
    ...workspaceHandlers(session, automation, care),
    ...connectionHandlers(session),
    ...readHandlers(session),
    ...commandHandlers(session),
    ...decisionHandlers(session),
    ...syncHandlers(session, automation),
    ...queryHandlers(session, cancellable),
    ...transferHandlers(session, cancellable),
    ...viewHandlers(session),
  };
}

/** Runs a command of the user and tells what it may have changed. */
function command<T>(session: Session, body: () => T): T {
  const answer = body();
  session.changed(...changedByCommand);
  return answer;
}

/** As `command`, where entities of the workspace's own may change as well. */
function entityCommand<T>(session: Session, body: () => T): T {
  const answer = command(session, body);
  session.changed('entities');
  return answer;
}

/** As `entityCommand`, for what takes its own turn to write. */
async function longCommand<T>(session: Session, command: LongCommand<T>): Promise<T> {
  const answer = await runLong(session, command);
  session.changed(...changedByCommand, 'entities', 'views');
  return answer;
}

/** Runs a change of what types mean. */
function retold<T>(session: Session, body: () => T): T {
  const answer = body();
  session.changed('workspace', 'relationships', 'history');
  return answer;
}

/** Tells that views were changed, after what changed them. */
function reviewed<T>(session: Session, answer: T): T {
  session.changed('views', 'workspace', 'history');
  return answer;
}

function nothing(body: () => void): null {
  body();
  return null;
}

function workspaceHandlers(session: Session, automation: AutoSync, care: Care) {
  /** Nothing syncs by itself from when the open workspace is left until another has taken its place. */
  const quietly = async <T>(open: (leave: () => Promise<void>) => Promise<T>): Promise<T> => {
    try {
      return await open(() => automation.stop());
    } finally {
      automation.start();
    }
  };
  return {
    'workspace:create': ({ path }) =>
      quietly(async (leave) => {
        await session.create(path, leave);
        care.keepBackedUp(session.ports.clock.now().toISOString());
        return await readWorkspaceStatus(session);
      }),
    'workspace:open': ({ path }) =>
      quietly(async (leave) => {
        await session.open(path, leave);
        care.keepBackedUp(null);
        care.checkIfSuspect();
        await forgetSecrets(session);
        return await readWorkspaceStatus(session);
      }),
    'workspace:close': async () => {
      await automation.stop();
      await session.close();
      return null;
    },
    'workspace:status': async () =>
      session.workspace() === null ? null : await readWorkspaceStatus(session),
    'workspace:cancel-care': () => nothing(care.cancel),
    'workspace:backup': ({ path }) => care.backUp(path),
    'workspace:backups': () => describeBackups(session),
    'workspace:set-backups': (settings) => nothing(() => care.setBackups(settings)),
    'workspace:check': () => care.check(),
    'workspace:restore': (files) =>
      quietly(async (leave) => {
        await leave();
        return await care.restore(files);
      }),
    'workspace:recover': (files) => care.recover(files),
    'workspace:compact': () => care.compact(),
    'workspace:adopt': () => adopt(session),
  } satisfies Partial<Handlers>;
}

function connectionHandlers(session: Session) {
  return {
    'connections:test': ({ draft, secret }) => testConnection(session, draft, secret),
    'connections:add': ({ draft, secret }) => addConnection(session, draft, secret),
    'connections:provide-secret': ({ id, secret, adopt }) => provideSecret(session, id, secret, { adopt }),
    'connections:adopt-identity': ({ id }) => adoptIdentity(session, id),
    'connections:detail': ({ id }) => readConnectionDetail(session, id),
    'connections:retest': ({ id }) => retestConnection(session, id),
    'connections:update': (params) => updateConnection(session, params),
    'connections:pause': ({ id, paused }) => pauseConnection(session, id, paused),
    'connections:remove-preview': ({ id }) => readRemovalLoss(session, id),
    'connections:remove': async ({ id, ...options }) => {
      await removeWithSecret(session, id, options);
      return null;
    },
    'sign-in:start': ({ draft, open }) => session.signIns.start(draft, open),
    'sign-in:finish': ({ handle }) => session.signIns.finish(handle),
    'sign-in:cancel': async ({ handle }) => {
      await session.signIns.cancel(handle);
      return null;
    },
  } satisfies Partial<Handlers>;
}

function readHandlers(session: Session) {
  const db = () => session.db();
  return {
    'entities:read': ({ id }) => readEntityDetail(db(), id),
    'entities:find': ({ address }) => findEntityByAddress(db(), address),
    'entities:refresh': ({ id }) => refreshEntity(session, id),
    'relationships:page': ({ entityId, ...page }) => readRelationshipPage(db(), entityId, page),
    'relationships:read': ({ id }) => readRelationship(db(), id),
  } satisfies Partial<Handlers>;
}

function commandHandlers(session: Session) {
  return {
    'relationships:relate': (params) => command(session, () => relate(session.commandContext(), params)),
    'relationships:retype': ({ id, type, from }) =>
      command(session, () => retype(session.commandContext(), id, type, from)),
    'relationships:unrelate': ({ id }) => command(session, () => unrelate(session.commandContext(), id)),
  } satisfies Partial<Handlers>;
}

function decisionHandlers(session: Session) {
  const db = () => session.db();
  return {
    'outbox:page': ({ connectionId, states, unanswered, ...page }) =>
      readOutboxPage(db(), page, { connectionId, states, unanswered }),
    'outbox:drop': ({ id }) =>
      command(session, () => nothing(() => dropIntent(session.commandContext(), id))),
    'outbox:drop-many': (params) => command(session, () => dropIntents(session.commandContext(), params)),
    'conflicts:page': ({ filter, ...page }) => readConflictPage(db(), page, filter),
    'conflicts:resolve': ({ id, keep }) =>
      command(session, () => nothing(() => resolveConflict(session.commandContext(), id, keep))),
    'conflicts:resolve-many': (params) =>
      command(session, () => resolveConflicts(session.commandContext(), params)),
    'held:list': (page) => readHeldPage(db(), page),
    'held:rows': ({ id, ...page }) => readHeldRows(db(), id, page),
    'held:release': ({ id }) =>
      nothing(() => {
        releaseHeldRemoval(db(), id, session.ports.clock.now().toISOString());
        session.changed('held', 'workspace');
      }),
    'history:page': (params) => readHistoryPage(db(), params),
    'history:changes': ({ id, ...page }) => readHistoryChanges(db(), id, page),
    'history:revert': ({ id }) => longCommand(session, revertCommand(id)),
    'history:undo': () => longCommand(session, stepCommand('undo')),
    'history:redo': () => longCommand(session, stepCommand('redo')),
  } satisfies Partial<Handlers>;
}

function syncHandlers(session: Session, automation: AutoSync) {
  const db = () => session.db();
  return {
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
  } satisfies Partial<Handlers>;
}

function queryHandlers(session: Session, cancellable: Cancellable) {
  const db = () => session.db();
  const queries = createQueries(session, cancellable);
  return {
    ...createPast(session, cancellable),
    'rules:judge-targets': (params) => queries.judgeTargets(params),
    'types:list': () => listTypes(db()),
    'types:save': ({ type }) => retold(session, () => saveType(session.commandContext(), type)),
    'types:remove': ({ name }) => retold(session, () => removeType(session.commandContext(), name)),
    'types:import': ({ text, replace, dryRun }) =>
      dryRun
        ? rehearseImport(session.commandContext(), text, replace)
        : retold(session, () => importTypes(session.commandContext(), text, replace)),
    'types:export': () => exportTypes(db()),
    'entities:page': (params) => queries.page(params),
    'query:run': (params) => queries.search(params),
    'graph:neighbourhood': (params) => queries.neighbourhood(params),
    'graph:groups': (params) => queries.groups(params),
    'graph:expand': (params) => queries.expand(params),
    'graph:surroundings': (params) => queries.surroundings(params),
    'graph:matching': (params) => queries.matching(params),
    'graph:filter': (params) => queries.filter(params),
    'query:impact': (params) => queries.impact(params),
    'query:explain': (params) => queries.explain(params),
    'query:findings': (params) => queries.findings(params),
    'query:cancel': ({ name }) => ({ cancelled: cancellable.cancel(name) }),
  } satisfies Partial<Handlers>;
}

function transferHandlers(session: Session, cancellable: Cancellable) {
  const imports = createImports(session);
  return {
    'import:inspect': ({ source, handle }) => imports.inspect(source, handle),
    'import:preview': ({ handle, settings, ...page }) => imports.preview(handle, settings, page),
    'import:commit': ({ handle, settings }) => imports.commit(handle, settings),
    'import:save-errors': ({ handle, settings, path }) => imports.saveErrors(handle, settings, path),
    'import:cancel': ({ handle }) => nothing(() => imports.cancel(handle)),
    'import:forget': ({ handle }) => nothing(() => imports.forget(handle)),
    'import:rollback': ({ historyId }) => longCommand(session, rollbackCommand(historyId)),
    'export:write': (params) =>
      cancellable.run(params.name, (signal) => writeExport(session, signal, params)),
    'entities:create': ({ localId, ...entity }) =>
      entityCommand(session, () =>
        createLocalEntity(session.commandContext(), {
          ...entity,
          localId: localId ?? entity.name,
          archived: false,
        }),
      ),
    'entities:edit': ({ id, ...change }) =>
      entityCommand(session, () => editLocalEntity(session.commandContext(), id, change)),
    'entities:delete': ({ id }) =>
      entityCommand(session, () => nothing(() => deleteLocalEntity(session.commandContext(), id))),
  } satisfies Partial<Handlers>;
}

function viewHandlers(session: Session) {
  const db = () => session.db();
  return {
    'views:list': ({ search: words, ...page }) => readViewPage(db(), words, page),
    'views:read': ({ id }) => toSavedView(readView(db(), id)),
    'views:find': ({ text }) => toViewSummary(findViewByText(db(), text)),
    'views:save': (params) => reviewed(session, saveDrawnView(session, params)),
    'views:rename': ({ id, name }) => reviewed(session, renameView(session.commandContext(), id, name)),
    'views:remove': ({ id }) =>
      reviewed(
        session,
        nothing(() => removeView(session.commandContext(), id)),
      ),
    'views:export': (params) => exportView(session, params),
    'views:import': async (params) => reviewed(session, await takeOverView(session, params)),
  } satisfies Partial<Handlers>;
}
