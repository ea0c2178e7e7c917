import { renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { makeDurable, toUnfinished } from './backup.ts';
import { firstSchema } from './migrations/0001-first-schema.ts';
import { typedRemotes } from './migrations/0002-typed-remotes.ts';
import { connectionOptions } from './migrations/0003-connection-options.ts';
import { placeholders } from './migrations/0004-placeholders.ts';
import { managedConnections } from './migrations/0005-managed-connections.ts';
import { feedsAndBatches } from './migrations/0006-feeds-and-batches.ts';
import { retryAndOrder } from './migrations/0007-retry-and-order.ts';
import { queries } from './migrations/0008-queries.ts';
import { fullHistory } from './migrations/0009-full-history.ts';
import { imports } from './migrations/0010-imports.ts';
import { relationshipFlags } from './migrations/0011-relationship-flags.ts';
import { ends } from './migrations/0012-ends.ts';
import { packFacts } from './migrations/0013-pack-facts.ts';
import { views } from './migrations/0014-views.ts';
import { toldTimes } from './migrations/0015-told-times.ts';
import { syncRuns } from './migrations/0016-sync-runs.ts';
import { sweepsGoOn } from './migrations/0017-sweeps-go-on.ts';
import { origins } from './migrations/0018-origins.ts';

/** Append-only: entry n brings a file from version n to n + 1. */
export const shippedMigrations: readonly string[] = [
  firstSchema,
  typedRemotes,
  connectionOptions,
  placeholders,
  managedConnections,
  feedsAndBatches,
  retryAndOrder,
  queries,
  fullHistory,
  imports,
  relationshipFlags,
  ends,
  packFacts,
  views,
  toldTimes,
  syncRuns,
  sweepsGoOn,
  origins,
];

/** Marks a SQLite file as a Weft workspace: “Weft” in ASCII. */
export const APPLICATION_ID = 0x57656674;

export function readVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number; // SQLite keeps it as an integer
}

/** Brings the file to the newest version, each version in a transaction of its own. */
export function migrate(db: Database.Database, migrations: readonly string[] = shippedMigrations): void {
  const current = readVersion(db);
  for (const [index, sql] of migrations.slice(current).entries()) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${current + index + 1}`);
    })();
  }
}

/** Where the copy of a workspace lies that is kept before it is brought to `version`. */
export function toCopyPath(path: string, version: number): string {
  return `${path}.before-v${version}`;
}

/** Keeps a copy of the open file as it is now. The copy appears under its name only once it is whole and on disk. */
export function keepCopy(db: Database.Database, copyPath: string): void {
  const unfinished = toUnfinished(copyPath);
  rmSync(unfinished, { force: true });
  db.prepare('VACUUM INTO ?').run(unfinished);
  makeDurable(unfinished);
  renameSync(unfinished, copyPath);
}
