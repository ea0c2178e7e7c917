import {
  ConnectionDraft,
  type ConnectionId,
  type ConnectionStatus,
  type Identity,
  type SecretStorage,
} from '../../src-preload/contract/model.ts';
import type { Credential } from '../../src-preload/contract/requests.ts';
import { type HeldSecret, holdSecret } from './held-secret.ts';
import { createRemoteFor, type Session, toOptions, toStartingRate } from './session.ts';
import { toConnectionStatus } from './status.ts';
import {
  type ConnectionRow,
  findConnection,
  readConnection,
  saveConnection,
  updateConnectionAccess,
} from './store/connections.ts';
import { StoreError } from './store/errors.ts';

interface Connected {
  readonly connection: ConnectionStatus;
  readonly secretStorage: SecretStorage;
}

const TEST_TIMEOUT_MS = 30_000;

/** Asks the remote who the secret speaks for. Throws a RemoteError that says what is wrong. */
export async function testConnection(
  session: Session,
  draft: ConnectionDraft,
  credential: Credential,
): Promise<Identity> {
  return await identify(session, draft, toHeld(session, draft, credential));
}

function toHeld(session: Session, draft: ConnectionDraft, credential: Credential): HeldSecret {
  return typeof credential === 'string'
    ? holdSecret(credential)
    : session.signIns.secretFor(credential.signIn, draft);
}

async function identify(session: Session, draft: ConnectionDraft, secret: HeldSecret): Promise<Identity> {
  const signal = AbortSignal.timeout(TEST_TIMEOUT_MS);
  return await createRemoteFor(session.ports, draft, secret).identify(signal);
}

/**
 * Tests, stores the secret, then saves the connection. The same name for the same account means the same
 * connection found again, perhaps elsewhere or with another secret: what is known and pending stays.
 */
export async function addConnection(
  session: Session,
  draft: ConnectionDraft,
  credential: Credential,
): Promise<Connected> {
  const known = findConnection(session.db(), draft.name);
  if (known !== undefined) refuseUnlessSameAccount(known, draft);
  const held = toHeld(session, draft, credential);
  const identity = await identify(session, draft, held);
  if (known !== undefined && known.scope !== identity.account) throw toNameTaken(known);
  const stored = await session.ports.secrets.write(known?.secretReference ?? null, held.current());
  const url = draft.url.replace(/\/+$/, '');
  const access = {
    url,
    secretReference: stored.reference,
    identity: identity.fingerprint,
    options: toOptions(draft),
  };
  const id = known?.id ?? saveNew(session, { ...draft, scope: identity.account }, access);
  if (known !== undefined) updateConnectionAccess(session.db(), known.id, access);
  if (typeof credential !== 'string') session.signIns.forget(credential.signIn);
  return await toConnected(session, id, stored);
}

function refuseUnlessSameAccount(known: ConnectionRow, draft: ConnectionDraft): void {
  const isSameScope = draft.scope === '' || known.scope === draft.scope.toLowerCase();
  if (known.remote !== draft.remote || !isSameScope) throw toNameTaken(known);
}

function toNameTaken({ name, remote, scope }: ConnectionRow): StoreError {
  const what = { algapsa: 'tenant', autodesk: 'project', clickie: 'account', local: 'workspace' }[remote];
  return new StoreError(
    'name-taken',
    `There is a connection ${name} already, to ${what} ${scope}. Choose another name.`,
  );
}

function saveNew(
  session: Session,
  draft: ConnectionDraft,
  access: Parameters<typeof updateConnectionAccess>[2],
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
export async function provideSecret(
  session: Session,
  id: ConnectionId,
  secret: Credential,
): Promise<Connected> {
  const { name, url, scope, remote, options } = readConnection(session.db(), id);
  if (remote === 'local') throw new StoreError('not-found', 'The connection local has no secret.');
  return await addConnection(session, ConnectionDraft.parse({ name, url, scope, remote, options }), secret);
}
