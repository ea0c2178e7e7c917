import type Database from 'better-sqlite3';
import type { CommandContext } from '../../../src-main/backend/commands/context.ts';
import { must } from '../../../src-main/backend/must.ts';
import type { BatchCalls, ChangeFeed, Remote } from '../../../src-main/backend/remote/remote.ts';
import {
  type ConnectionRow,
  readCapabilities,
  readConnections,
} from '../../../src-main/backend/store/connections.ts';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import type { FakeRemote } from '../../support/fake-remote.ts';
import { NOW, sqliteBinding } from '../../support/workspace.ts';

/** What a test does wherever the program touches the world; each may throw. */
export interface Hooks {
  /** Before every statement. `db` is the bare handle. */
  call(db: WritableDb): void;
  /** At every boundary, such as `before commit` or `receive create`. */
  boundary(where: string, db: WritableDb): void;
}

/** The program from one start to its end: an open workspace file and the remote, both watched by the hooks. */
export interface Life {
  readonly db: WritableDb;
  readonly remote: Remote;
  readonly connection: () => ConnectionRow;
  readonly context: () => CommandContext;
  close(): void;
}

export function openLife(path: string, remote: FakeRemote, hooks: Hooks): Life {
  const workspace = openWorkspace({ path, nativeBinding: sqliteBinding });
  const { db } = workspace;
  const connection = () => must(readConnections(db)[0], 'the connection');
  watchStatements(db, hooks);
  watchTransactions(db, hooks);
  return {
    db,
    remote: watchRemote(remote, (where) => hooks.boundary(where, db)),
    connection,
    context: () => ({
      db,
      now: NOW,
      capabilitiesOf: (id) => readCapabilities(db, id, remote.capabilities),
    }),
    close: () => workspace.close(),
  };
}

/** A write outside of a transaction is a commit of its own. */
function watchStatements(db: WritableDb, hooks: Hooks): void {
  const prepare = db.prepare.bind(db);
  const watched = (sql: string): Database.Statement => {
    const statement = prepare(sql);
    for (const name of ['run', 'get', 'all'] as const) {
      const body = statement[name].bind(statement);
      const value = (...args: unknown[]) => {
        hooks.call(db);
        if (statement.readonly || db.inTransaction) return body(...args);
        hooks.boundary('before commit', db);
        const answer = body(...args);
        hooks.boundary('after commit', db);
        return answer;
      };
      Object.defineProperty(statement, name, { value });
    }
    return statement;
  };
  Object.defineProperty(db, 'prepare', { value: watched });
}

function watchTransactions(db: WritableDb, hooks: Hooks): void {
  const original = db.transaction.bind(db);
  const transaction = (body: (...args: unknown[]) => unknown) => ({
    immediate: (...args: unknown[]) => {
      hooks.call(db);
      if (db.inTransaction) return original(() => body(...args)).immediate();
      const answer = original(() => {
        const made = body(...args);
        hooks.boundary('before commit', db);
        return made;
      }).immediate();
      hooks.boundary('after commit', db);
      return answer;
    },
  });
  Object.defineProperty(db, 'transaction', { value: transaction });
}

type Boundary = (where: string) => void;

/** The request leaves between `send` and `receive`; what the remote does, it has done before `receive`. */
function watchCall<A extends unknown[], T>(
  name: string,
  call: (...args: A) => Promise<T>,
  boundary: Boundary,
): (...args: A) => Promise<T> {
  return async (...args) => {
    boundary(`send ${name}`);
    try {
      return await call(...args);
    } finally {
      boundary(`receive ${name}`);
    }
  };
}

function watchRemote(remote: FakeRemote, boundary: Boundary): Remote {
  const { feed, batch } = remote;
  return {
    capabilities: remote.capabilities,
    kinds: remote.kinds,
    feed: feed === null ? null : watchFeed(feed, boundary),
    batch: batch === null ? null : watchBatch(batch, boundary),
    identify: watchCall('identify', remote.identify, boundary),
    fetchCapabilities: watchCall('fetchCapabilities', remote.fetchCapabilities, boundary),
    fetchEntities: (kind, signal) => watchPages(remote.fetchEntities(kind, signal), boundary),
    fetchRelationshipsOf: watchCall('fetchRelationshipsOf', remote.fetchRelationshipsOf, boundary),
    fetchLiveness: watchCall('fetchLiveness', remote.fetchLiveness, boundary),
    probe: watchCall('probe', remote.probe, boundary),
    create: watchCall('create', remote.create, boundary),
    remove: watchCall('remove', remote.remove, boundary),
    describe: remote.describe,
    describeLiveness: remote.describeLiveness,
  };
}

async function* watchPages<T>(pages: AsyncIterable<T>, boundary: Boundary): AsyncGenerator<T> {
  boundary('send fetchEntities');
  for await (const page of pages) {
    boundary('receive fetchEntities');
    yield page;
    boundary('send fetchEntities');
  }
}

function watchFeed(feed: ChangeFeed, boundary: Boundary): ChangeFeed {
  return { ...feed, fetchChanges: watchCall('fetchChanges', feed.fetchChanges, boundary) };
}

function watchBatch(batch: BatchCalls, boundary: Boundary): BatchCalls {
  return {
    limits: batch.limits,
    create: watchCall('createBatch', batch.create, boundary),
    remove: watchCall('removeBatch', batch.remove, boundary),
    probe: watchCall('probeBatch', batch.probe, boundary),
  };
}
