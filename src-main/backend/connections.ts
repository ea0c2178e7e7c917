import {
  ConnectionDraft,
  type ConnectionId,
  type ConnectionStatus,
  type Identity,
  type SecretStorage,
} from '../../src-preload/contract/model.ts';
import type { Credential } from '../../src-preload/contract/requests.ts';
import { scopeWords } from '../../src-preload/contract/scope-words.ts';
import { toSecretWord } from '../../src-preload/contract/secret-words.ts';
import { type HeldSecret, holdSecret } from './held-secret.ts';
import { createRemoteFor, type Session, toOptions, toStartingRate } from './session.ts';
import { toConnectionStatus } from './status.ts';
import {
  type ConnectionOptions,
  type ConnectionRow,
  dropOpenSweeps,
  findConnection,
  isNameTaken,
  readConnection,
  saveConnection,
  saveIdentityLabel,
  toFormerIdentity,
  updateConnectionAccess,
} from './store/connections.ts';
import { StoreError } from './store/errors.ts';
import { forgetFeedPosition } from './store/feeds.ts';
import { countPending } from './store/intents.ts';
import { reviveConnection } from './store/removed-connections.ts';
import { releaseParked } from './store/retries.ts';
import { transaction } from './store/sql.ts';

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
  const held =
    typeof credential === 'string'
      ? holdSecret(credential)
      : session.signIns.secretFor(credential.signIn, draft);
  return await identify(session, draft, held);
}

export async function identify(
  session: Session,
  draft: ConnectionDraft,
  secret: HeldSecret,
): Promise<Identity> {
  const signal = AbortSignal.timeout(TEST_TIMEOUT_MS);
  return await createRemoteFor(session, draft, secret).identify(signal);
}

/** Whether the user takes over whom the key speaks for now, where that is someone else than before. */
export interface AdoptOptions {
  readonly adopt: boolean;
}

/**
 * Tests, stores the secret, then saves the connection. The same name for the same account means the same
 * connection found again, perhaps elsewhere or with another secret: what is known and pending stays.
 */
export async function addConnection(
  session: Session,
  draft: ConnectionDraft,
  credential: Credential,
  options: AdoptOptions = { adopt: false },
): Promise<Connected> {
  const known = findConnection(session.db(), draft.name);
  if (known !== undefined) refuseUnlessSameAccount(known, draft);
  else refuseTakenName(session, draft.name, null);
  const keep = async (held: HeldSecret) => {
    const identity = await identify(session, draft, held);
    if (known !== undefined && known.scope !== identity.account) throw toNameTaken(known);
    if (known !== undefined && !options.adopt) refuseOtherIdentity(session, known, identity);
    const stored = await session.ports.secrets.write(known?.secretReference ?? null, held.current());
    return { identity, stored };
  };
  const { identity, stored } = await (typeof credential === 'string'
    ? keep(holdSecret(credential))
    : session.signIns.take(credential.signIn, draft, keep));
  const access = {
    url: toPlainUrl(draft.url),
    secretReference: stored.reference,
    identity,
    options: toOptions(draft),
  };
  if (known !== undefined) await saveAccess(session, known, access);
  const id = known?.id ?? saveNew(session, { ...draft, scope: identity.account }, access);
  return await toConnected(session, id, stored);
}

/** An address as it is kept. */
export function toPlainUrl(url: string): string {
  return url.replace(/\/+$/, '');
}

interface Access {
  readonly url: string;
  readonly secretReference: string | null;
  readonly identity: Identity;
  readonly options: ConnectionOptions;
}

/**
 * Saves how a connection is reached from now on. Where someone else, or another place, is taken over, everything is
 * read before anything is sent; a sync that runs as before is ended first.
 */
export async function saveAccess(session: Session, known: ConnectionRow, access: Access): Promise<void> {
  const { fingerprint, label } = access.identity;
  const isSamePlace = new URL(known.url).origin === new URL(access.url).origin;
  const isSame = isSamePlace && (known.identity === null || known.identity === fingerprint);
  const { id } = known;
  const save = async (rebaseSince: string | null) => {
    const row = { ...access, identity: fingerprint, identityLabel: label, rebaseSince };
    transaction(session.db(), () => {
      if (rebaseSince !== null) {
        dropOpenSweeps(session.db(), id);
        forgetFeedPosition(session.db(), id);
      }
      updateConnectionAccess(session.db(), id, row);
      releaseParked(session.db(), id);
    });
    session.forgetRemote(id);
  };
  if (isSame) return await save(null);
  session.schedule.cancel(id);
  await session.schedule.run(id, () => save(session.ports.clock.now().toISOString()));
}

/** Pending changes were made for one identity: another one gets them only if the user says so. */
export function refuseOtherIdentity(session: Session, known: ConnectionRow, found: Identity): void {
  if (known.identity === null || known.identity === found.fingerprint) return;
  const pending = countPending(session.db(), known.id);
  const before = toFormerIdentity(known, found.label);
  const waiting =
    pending === 0 ? '' : ` What is pending (${pending}) was made as ${before}; it is kept and not sent.`;
  throw new StoreError(
    'identity-changed',
    `This ${toSecretWord(known)} speaks for “${found.label}”, but ${known.name} was connected as ${before}. Nothing was changed.${waiting}`,
  );
}

/** Names are told apart, also from those of removed connections whose archived copies are still shown. */
export function refuseTakenName(session: Session, name: string, besides: ConnectionId | null): void {
  if (!isNameTaken(session.db(), name, besides)) return;
  throw new StoreError('name-taken', `There is a connection ${name} already. Choose another name.`);
}

function refuseUnlessSameAccount(known: ConnectionRow, draft: ConnectionDraft): void {
  const isSameScope = draft.scope === '' || known.scope === draft.scope.toLowerCase();
  if (known.remote !== draft.remote || !isSameScope) throw toNameTaken(known);
}

function toNameTaken({ name, remote, scope }: ConnectionRow): StoreError {
  const what = scopeWords[remote];
  return new StoreError(
    'name-taken',
    `There is a connection ${name} already, to ${what} ${scope}. Choose another name.`,
  );
}

function saveNew(
  session: Session,
  draft: ConnectionDraft,
  { identity, ...access }: Access & { readonly secretReference: string },
): ConnectionId {
  const { name, remote, scope } = draft;
  const now = session.ports.clock.now().toISOString();
  const rate = toStartingRate(draft.url);
  const row = { name, remote, scope, ...access, identity: identity.fingerprint, rate, now };
  const db = session.db();
  return transaction(db, () => {
    const id = reviveConnection(db, row) ?? saveConnection(db, row);
    saveIdentityLabel(db, id, identity.label);
    return id;
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
  options: AdoptOptions = { adopt: false },
): Promise<Connected> {
  return await addConnection(session, toDraft(readConnection(session.db(), id)), secret, options);
}

/** A connection as it would be typed in again. */
export function toDraft({ name, url, scope, remote, options }: ConnectionRow): ConnectionDraft {
  if (remote === 'local') throw new StoreError('not-found', 'The connection local has no secret.');
  return ConnectionDraft.parse({ name, url, scope, remote, options });
}
