import type {
  ConnectionDraft,
  ConnectionId,
  ConnectionStatus,
  Identity,
  SecretStorage,
} from '../../src-preload/contract/model.ts';
import { createRemoteFor, type Session, toStartingRate } from './session.ts';
import { toConnectionStatus } from './status.ts';
import {
  type ConnectionRow,
  findConnection,
  readConnection,
  saveConnection,
  updateConnectionAccess,
} from './store/connections.ts';
import { StoreError } from './store/errors.ts';
import { releaseParked } from './store/retries.ts';

interface Connected {
  readonly connection: ConnectionStatus;
  readonly secretStorage: SecretStorage;
}

const TEST_TIMEOUT_MS = 30_000;

/** Asks the remote who the secret speaks for. Throws a RemoteError that says what is wrong. */
export async function testConnection(
  session: Session,
  draft: ConnectionDraft,
  secret: string,
): Promise<Identity> {
  return await createRemoteFor(session, draft, secret).identify(AbortSignal.timeout(TEST_TIMEOUT_MS));
}

/**
 * Tests, stores the secret, then saves the connection. The same name for the same account means the same
 * connection found again, perhaps elsewhere or with another secret: what is known and pending stays.
 */
export async function addConnection(
  session: Session,
  draft: ConnectionDraft,
  secret: string,
): Promise<Connected> {
  const known = findConnection(session.db(), draft.name);
  if (known !== undefined) refuseUnlessSameAccount(known, draft);
  const identity = await testConnection(session, draft, secret);
  if (known !== undefined && known.scope !== identity.account) throw toNameTaken(known);
  const stored = await session.ports.secrets.write(known?.secretReference ?? null, secret);
  const url = draft.url.replace(/\/+$/, '');
  const access = { url, secretReference: stored.reference, identity: identity.fingerprint };
  const id = known?.id ?? saveNew(session, { ...draft, scope: identity.account }, access);
  if (known !== undefined) {
    updateConnectionAccess(session.db(), known.id, access);
    releaseParked(session.db(), known.id);
  }
  return await toConnected(session, id, stored);
}

function refuseUnlessSameAccount(known: ConnectionRow, draft: ConnectionDraft): void {
  const isSameScope = draft.scope === '' || known.scope === draft.scope.toLowerCase();
  if (known.remote !== draft.remote || !isSameScope) throw toNameTaken(known);
}

function toNameTaken({ name, remote, scope }: ConnectionRow): StoreError {
  const what = remote === 'algapsa' ? 'tenant' : 'account';
  return new StoreError(
    'name-taken',
    `There is a connection ${name} already, to ${what} ${scope}. Choose another name.`,
  );
}

function saveNew(
  session: Session,
  draft: ConnectionDraft,
  access: { url: string; secretReference: string; identity: string },
): ConnectionId {
  const { name, remote, scope } = draft;
  const now = session.ports.clock.now().toISOString();
  return saveConnection(session.db(), {
    name,
    remote,
    scope,
    ...access,
    rate: toStartingRate(draft.url),
    now,
  });
}

async function toConnected(
  session: Session,
  id: ConnectionId,
  secretStorage: SecretStorage,
): Promise<Connected> {
  session.forgetRemote(id);
  session.changed('connections', 'workspace');
  const { persisted, reason } = secretStorage;
  const connection = await toConnectionStatus(session, readConnection(session.db(), id));
  return { connection, secretStorage: { persisted, reason } };
}

/** Gives a connection its secret again, once it is shown to be right. */
export async function provideSecret(session: Session, id: ConnectionId, secret: string): Promise<Connected> {
  const { name, url, scope, remote } = readConnection(session.db(), id);
  if (remote === 'local') throw new StoreError('not-found', 'The connection local has no secret.');
  return await addConnection(session, { name, url, scope, remote }, secret);
}
