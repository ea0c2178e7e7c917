import type { ConnectionId, RemoteName } from '../../../src-preload/contract/model.ts';
import { type ConnectionRow, readConnections } from './connections.ts';
import type { ReadableDb } from './sql.ts';

/** What a connection says of the account that it speaks for. */
interface AccountFacts {
  readonly remote: RemoteName;
  readonly url: string;
  readonly scope: string;
  /** The fingerprint that its remote told of the identity; null before that. */
  readonly identity: string | null;
}

/**
 * A text that is the same for connections whose requests the remote counts together: one place and, there, the account
 * of a key, whichever key it is; at Autodesk the user, in whichever project.
 */
export function toAccount({ remote, url, scope, identity }: AccountFacts): string {
  const { origin } = new URL(url);
  const user = remote === 'autodesk' ? /^user=(\S+) /.exec(identity ?? '')?.[1] : undefined;
  const account = user === undefined || user === 'unknown' ? scope.toLowerCase().replace(/^b\./, '') : user;
  return JSON.stringify([remote, origin, account]);
}

/** The connections that speak for the same account, with this one: what one is told of its limits holds for all. */
export function readAccountIds(db: ReadableDb, connection: ConnectionRow): ConnectionId[] {
  const account = toAccount(connection);
  const same = readConnections(db).filter((other) => toAccount(other) === account);
  return [connection.id, ...same.map(({ id }) => id)];
}
