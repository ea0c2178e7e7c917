import type {
  ConnectionDraft,
  ConnectionId,
  ConnectionLoss,
  ConnectionStatus,
  EntityId,
} from '../../src-preload/contract/model.ts';
import type { Credential, Params } from '../../src-preload/contract/requests.ts';
import { toSecretWord } from '../../src-preload/contract/secret-words.ts';
import type { Request } from '../api/request.ts';
import type { Notices } from './notices.ts';
import { type FieldProblem, toFieldProblem, toNoticeText } from './problems.ts';
import { selectConnections, selectManaged } from './selectors.ts';
import type { ConnectionStep, ConnectPrefill } from './state.ts';
import { type AppStore, patchView } from './store.ts';
import type { SyncActions } from './sync-actions.ts';

/** The answer to a form: a value, or the problem to show beside a field. */
export type FormAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FieldProblem };

type Sync = Pick<SyncActions, 'sync'>;

/** Actions that connect systems and manage what is connected. */
export function createConnectionActions(store: AppStore, request: Request, notices: Notices, sync: Sync) {
  return {
    ...connectingActions(store, request, notices, sync),
    ...managingActions(store, request, notices),
    ...removalActions(store, request, notices),
  };
}

function connectingActions(store: AppStore, request: Request, { attempt }: Notices, sync: Sync) {
  /** Connects what the dialog offers along with what the person typed in. */
  const connectMore = async (more: readonly ConnectPrefill[]) => {
    for (const { draft, secret } of more) {
      await attempt(`connect ${draft.name}`, () => request('connections:add', { draft, secret }));
    }
  };
  return {
    testConnection: (draft: ConnectionDraft, secret: Credential) =>
      answerForm(() => request('connections:test', { draft, secret })),
    /** Saves the connection, closes the dialog and starts the first pull. */
    connectSystem: async (
      draft: ConnectionDraft,
      secret: Credential,
    ): Promise<FormAnswer<ConnectionStatus>> => {
      const { connecting } = store.getState().view;
      const answer = await answerForm(() => request('connections:add', { draft, secret }));
      if (!answer.ok) return answer;
      const isShown = () => store.getState().view.connecting === connecting;
      const more = (isShown() ? connecting?.more : null) ?? [];
      await connectMore(more);
      if (isShown()) patchView(store, { connecting: null });
      void sync.sync('both', more.length === 0 ? answer.value.connection.id : null);
      return { ok: true, value: answer.value.connection };
    },
    /** Gives a connection its key; one of someone else only where the person takes that over. */
    provideSecret: async (
      id: ConnectionId,
      secret: Credential,
      { adopt } = { adopt: false },
    ): Promise<FormAnswer<ConnectionStatus>> => {
      const answer = await answerForm(() => request('connections:provide-secret', { id, secret, adopt }));
      if (!answer.ok) return answer;
      void sync.sync('both', id);
      return { ok: true, value: answer.value.connection };
    },
    /** Takes over whom the stored key speaks for now. */
    adoptIdentity: async (id: ConnectionId): Promise<FormAnswer<ConnectionStatus>> => {
      const answer = await answerForm(() => request('connections:adopt-identity', { id }));
      if (answer.ok) void sync.sync('both', id);
      return answer;
    },
  };
}

function managingActions(store: AppStore, request: Request, { attempt }: Notices) {
  return {
    /** Shows a connection in the dialog of all of them; the first one for null. */
    openConnections: (connectionId: ConnectionId | null) =>
      patchView(store, { managing: { connectionId, step: 'facts' } }),
    closeConnections: () => patchView(store, { managing: null }),
    /** Goes from a step of a connection to another; nowhere where something else is shown by now. */
    showConnectionStep: (connectionId: ConnectionId, from: ConnectionStep, step: ConnectionStep) => {
      if (isStepShown(store, connectionId, from)) patchView(store, { managing: { connectionId, step } });
    },
    updateConnection: (edit: Params<'connections:update'>) =>
      answerForm(() => request('connections:update', edit)),
    pauseConnection: (id: ConnectionId, paused: boolean) =>
      attempt(paused ? 'pause the connection' : 'resume the connection', () =>
        request('connections:pause', { id, paused }),
      ),
    /** What a test of the stored key or sign-in says, as a sentence. */
    retestConnection: async (
      id: ConnectionId,
    ): Promise<{ readonly good: boolean; readonly text: string }> => {
      const connection = selectConnections(store.getState()).find((one) => one.id === id);
      const word = connection === undefined ? 'key' : toSecretWord(connection);
      try {
        const { identity, isSame } = await request('connections:retest', { id });
        if (isSame) return { good: true, text: `The ${word} works: ${identity.label}.` };
        return {
          good: false,
          text: `The ${word} speaks for “${identity.label}”, who is someone else than before. Sync to decide what to do.`,
        };
      } catch (error) {
        return { good: false, text: toNoticeText(error) };
      }
    },
  };
}

function removalActions(store: AppStore, request: Request, { tell }: Notices) {
  /** Null where the person changed their mind. */
  const chooseFile = async () => (await request('app:choose-file', { purpose: 'export' }))?.path ?? null;
  return {
    /** Removes a connection as it was shown; what is pending goes to a file that the person chooses, or nowhere. */
    removeConnection: async (
      id: ConnectionId,
      confirmed: ConnectionLoss,
      isExported: boolean,
    ): Promise<FormAnswer<null>> =>
      await answerForm(async () => {
        const exportTo = isExported ? await chooseFile() : null;
        if (isExported && exportTo === null) return null;
        lookAway(store, id);
        const { managing } = store.getState().view;
        await request('connections:remove', { id, confirmed, exportTo });
        if (managing === store.getState().view.managing && managing !== null)
          patchView(store, { managing: { connectionId: null, step: 'facts' } });
        const kept = exportTo === null ? '' : ` What was pending is in ${exportTo}.`;
        tell('good', 'The connection is removed', `Its history and reports stay.${kept}`);
        return null;
      }),
  };
}

/** What goes with a connection is no longer looked at, so that nothing asks for it again. */
function lookAway(store: AppStore, id: ConnectionId): void {
  const { server, view } = store.getState();
  const { selection } = view;
  const drawn = server.neighbourhood?.entities ?? [];
  const isOf = (entityId: EntityId) =>
    drawn.some((entity) => entity.id === entityId && entity.connectionId === id);
  const shown = selection.kind === 'entity' ? server.entity : server.relationship;
  patchView(store, {
    roots: view.roots.filter((root) => !isOf(root)),
    selection: shown?.connectionId === id ? { kind: 'none' } : selection,
  });
}

function isStepShown(store: AppStore, id: ConnectionId, step: ConnectionStep): boolean {
  const state = store.getState();
  return state.view.managing?.step === step && selectManaged(state)?.id === id;
}

/** Turns a request into the answer to a form. */
export async function answerForm<T>(work: () => Promise<T>): Promise<FormAnswer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: toFieldProblem(error) };
  }
}
