import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { ConnectionId, ConnectionLoss } from '../../src-preload/contract/model.ts';
import {
  readUserMade,
  refuseOtherLoss,
  removeConnection,
  type UserMade,
} from './commands/remove-connection.ts';
import type { Ports } from './ports.ts';
import { signOut } from './remote/create-remote.ts';
import { RemoteError } from './remote/errors.ts';
import type { Session } from './session.ts';
import { readConnection } from './store/connections.ts';
import { StoreError } from './store/errors.ts';
import {
  forgetSecretReference,
  type OrphanedSecret,
  readLoss,
  readOrphanedSecrets,
} from './store/removed-connections.ts';
import { reportCutOff } from './sync/cut-off.ts';

/** What the user was shown, and where what is pending goes; null drops it. */
export interface RemovalOptions {
  readonly confirmed: ConnectionLoss;
  readonly exportTo: string | null;
}

/** What a removal would take away, and what would stay. */
export function readRemovalLoss({ db }: Session, id: ConnectionId): ConnectionLoss {
  return readLoss(db(), readConnection(db(), id).id);
}

/** Removes a connection once nothing of it runs; what is pending is on disk before anything is removed. */
export async function removeWithSecret(
  session: Session,
  id: ConnectionId,
  { confirmed, exportTo }: RemovalOptions,
): Promise<void> {
  readConnection(session.db(), id);
  refuseOtherLoss(session.commandContext(), id, confirmed);
  session.schedule.cancel(id);
  await session.schedule.run(id, async () => {
    if (exportTo !== null) await writeUserMade(exportTo, readUserMade(session.commandContext(), id));
    reportCutOff(session.db(), id);
    removeConnection(session.commandContext(), id, { confirmed, exported: exportTo !== null });
    session.forgetRemote(id);
  });
  await forgetSecrets(session);
  const parts = ['entities', 'relationships', 'outbox', 'conflicts', 'held', 'history'] as const;
  session.changed('connections', 'workspace', ...parts);
}

/** The file appears under its name only once it is whole and on disk. */
async function writeUserMade(path: string, content: UserMade): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      'export-failed',
      `The pending changes could not be written to ${path} (${why}). Nothing was removed.`,
      { cause: error },
    );
  }
}

/** Takes the secrets of removed connections out of the keychain; one that fails is tried again at the next opening. */
export async function forgetSecrets(session: Session): Promise<void> {
  for (const orphan of readOrphanedSecrets(session.db())) {
    try {
      await endSignIn(session.ports, orphan);
      await session.ports.secrets.remove(orphan.reference);
      forgetSecretReference(session.db(), orphan.id);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      session.ports.log(`The key of a removed connection is still in the keychain: ${why}`);
    }
  }
}

const SIGN_OUT_TIMEOUT_MS = 5000;

/** A remote that is away does not keep the secret here: its sign-in ends by itself. */
async function endSignIn(ports: Ports, { remote, url, options, reference }: OrphanedSecret): Promise<void> {
  const secret = await ports.secrets.read(reference);
  if (secret === null) return;
  try {
    await signOut(remote, { url, options, secret }, ports, AbortSignal.timeout(SIGN_OUT_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    ports.log(`The sign-in of a removed connection could not be ended: ${error.message}`);
  }
}
