import {
  type ConnectionDetail,
  ConnectionDraft,
  type ConnectionId,
  type ConnectionStatus,
  type Identity,
} from '../../src-preload/contract/model.ts';
import { toSecretWord } from '../../src-preload/contract/secret-words.ts';
import { describeCapabilities } from './capability-words.ts';
import {
  identify,
  refuseOtherIdentity,
  refuseTakenName,
  saveAccess,
  toDraft,
  toPlainUrl,
} from './connections.ts';
import type { HeldSecret } from './held-secret.ts';
import { readCapabilities } from './remote/create-remote.ts';
import type { Remote } from './remote/remote.ts';
import { type Session, toOptions } from './session.ts';
import { toConnectionStatus } from './status.ts';
import {
  type ConnectionOptions,
  type ConnectionRow,
  readConnection,
  renameConnection,
  savePausedAt,
} from './store/connections.ts';
import { countListedEntities } from './store/entities.ts';
import { StoreError } from './store/errors.ts';
import { countStopped } from './store/intents.ts';
import { countBase } from './store/relationships.ts';
import { readFailures } from './store/reports.ts';

const TEST_TIMEOUT_MS = 30_000;
const SHOWN_FAILURES = 5;

/** What is known of a connection beside its status. */
export async function readConnectionDetail(session: Session, id: ConnectionId): Promise<ConnectionDetail> {
  const db = session.db();
  const connection = readConnection(db, id);
  const { kind, remote } = await findRemote(session, connection);
  const capabilities = remote?.capabilities ?? readCapabilities(kind);
  return {
    id,
    identity: connection.identityLabel,
    capabilities: describeCapabilities(capabilities, remote),
    readOnlyReason: connection.readOnlyReason ?? capabilities.readOnlyReason,
    readsFirst: connection.rebaseSince !== null,
    entityCount: countListedEntities(db, id),
    relationshipCount: countBase(db, id),
    parkedCount: countStopped(db, id, 'parked'),
    blockedCount: countStopped(db, id, 'blocked'),
    failures: readFailures(db, id, SHOWN_FAILURES),
  };
}

async function findRemote(session: Session, connection: ConnectionRow) {
  return { kind: toDraft(connection).remote, remote: await session.remote(connection) };
}

/** Asks the remote again who the stored secret speaks for; saves nothing. */
export async function retestConnection(
  session: Session,
  id: ConnectionId,
): Promise<{ identity: Identity; isSame: boolean }> {
  const connection = readConnection(session.db(), id);
  const remote = await mustRemote(session, connection);
  const identity = await remote.identify(AbortSignal.timeout(TEST_TIMEOUT_MS));
  const isSame = connection.identity === null || connection.identity === identity.fingerprint;
  return { identity: toIdentity(identity), isSame };
}

function toIdentity({ fingerprint, label, account }: Identity): Identity {
  return { fingerprint, label, account };
}

async function mustRemote(session: Session, connection: ConnectionRow): Promise<Remote> {
  const remote = await session.remote(connection);
  if (remote !== null) return remote;
  const word = toSecretWord(connection);
  const next = word === 'key' ? 'Give it again first.' : 'Sign in again first.';
  throw new StoreError('needs-secret', `The ${word} of ${connection.name} is not at hand. ${next}`);
}

/** Takes over whom the stored secret speaks for now, within the same account. */
export async function adoptIdentity(session: Session, id: ConnectionId): Promise<ConnectionStatus> {
  const connection = readConnection(session.db(), id);
  const { identity } = await retestConnection(session, id);
  refuseOtherAccount(connection, identity);
  await saveAccess(session, connection, { ...connection, identity });
  return await toChanged(session, id);
}

function refuseOtherAccount({ name, scope }: ConnectionRow, { account, label }: Identity): void {
  if (account === scope) return;
  throw new StoreError(
    'account-changed',
    `What answers is “${label}”, but ${name} belongs to ${scope}. Nothing was changed. Connect it as a new connection.`,
  );
}

/** What a connection becomes: a name, and how it is reached. */
interface Edit {
  readonly id: ConnectionId;
  readonly name: string;
  readonly url: string;
  /** Those that are not given stay. */
  readonly options?: ConnectionOptions | undefined;
}

/** Another name, or another place where the same account must answer; otherwise nothing is changed. */
export async function updateConnection(session: Session, edit: Edit): Promise<ConnectionStatus> {
  const { id, name } = edit;
  const connection = readConnection(session.db(), id);
  const options = { ...connection.options, ...edit.options };
  const wanted = ConnectionDraft.parse({ ...toDraft(connection), name, url: toPlainUrl(edit.url), options });
  refuseTakenName(session, name, id);
  if (!isSamePlace(connection, wanted)) await moveConnection(session, connection, wanted);
  renameConnection(session.db(), id, name);
  return await toChanged(session, id);
}

function isSamePlace({ url, options }: ConnectionRow, wanted: ConnectionDraft): boolean {
  const entries = Object.entries(toOptions(wanted));
  return wanted.url === url && entries.every(([name, value]) => options[name] === value);
}

async function moveConnection(
  session: Session,
  connection: ConnectionRow,
  wanted: ConnectionDraft,
): Promise<void> {
  const { secretReference, name } = connection;
  const { url } = wanted;
  const secret = secretReference === null ? null : await session.ports.secrets.read(secretReference);
  if (secret === null) {
    const word = toSecretWord(connection);
    const next = word === 'key' ? 'Give the key first.' : 'Sign in again first.';
    throw new StoreError(
      'needs-secret',
      `The ${word} of ${name} is not at hand, so who answers at ${url} cannot be asked. ${next}`,
    );
  }
  const held = holdStored(session, connection, secret);
  const identity = await identify(session, wanted, held);
  refuseOtherAccount(connection, identity);
  refuseOtherIdentity(session, connection, identity);
  await saveAccess(session, connection, { secretReference, url, identity, options: toOptions(wanted) });
}

/** The stored secret; one that the remote exchanges takes its place at once, whatever becomes of the move. */
function holdStored(session: Session, connection: ConnectionRow, secret: string): HeldSecret {
  let current = secret;
  return {
    current: () => current,
    save: async (next) => {
      await session.ports.secrets.write(connection.secretReference, next);
      session.forgetRemote(connection.id);
      current = next;
    },
  };
}

/** Leaves a connection out of syncs of everything, or takes it in again. What runs is cancelled. */
export async function pauseConnection(
  session: Session,
  id: ConnectionId,
  paused: boolean,
): Promise<ConnectionStatus> {
  const { pausedAt } = readConnection(session.db(), id);
  const now = session.ports.clock.now().toISOString();
  if (paused) session.schedule.cancel(id);
  savePausedAt(session.db(), id, paused ? (pausedAt ?? now) : null);
  return await toChanged(session, id);
}

/** Everything that is shown of a connection carries its name. */
async function toChanged(session: Session, id: ConnectionId): Promise<ConnectionStatus> {
  session.changed('connections', 'workspace', 'entities', 'relationships', 'outbox', 'conflicts', 'held');
  return await toConnectionStatus(session, readConnection(session.db(), id));
}
