import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { StoreError } from '../../../src-main/backend/store/errors.ts';
import { readIntents } from '../../../src-main/backend/store/intents.ts';
import {
  migrate,
  readVersion,
  shippedMigrations,
  toCopyPath,
} from '../../../src-main/backend/store/migrate.ts';
import { readOutboxPage } from '../../../src-main/backend/store/outbox.ts';
import { ConnectionId } from '../../../src-preload/contract/model.ts';
import { plantRow, toAssetRows } from '../../support/plain-rows.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { NOW, sqliteBinding } from '../../support/workspace.ts';

const newest = shippedMigrations.length;
const plant = ConnectionId.parse(1);

function withFile<T>(path: string, body: (db: Database.Database) => T): T {
  const db = new Database(path, sqliteBinding === null ? {} : { nativeBinding: sqliteBinding });
  try {
    return body(db);
  } finally {
    db.close();
  }
}

/** A workspace as that version wrote it: a create that never left, a delete whose answer is not known, a parked create. */
function makeOlder(version: number): string {
  const path = join(createTempFolder(), `version-${version}.weft`);
  withFile(path, (db) => {
    migrate(db, shippedMigrations.slice(0, version));
    db.exec(`${plantRow}${toAssetRows('One', 'Two', 'Three')}
      INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present)
      VALUES (8, 1, 2, 3, 0, 1);
      INSERT INTO history (id, at, actor, label, state) VALUES (1, '${NOW}', 'user', 'Three wishes', 'done');
      INSERT INTO intent (relationship_id, connection_id, source_id, target_id, slot, wanted_present, base_present,
        history_id, changed_at, sent, attempts, stopped, cause)
      VALUES (7, 1, 1, 2, 0, 1, 0, 1, '${NOW}', 0, 0, NULL, NULL),
        (8, 1, 2, 3, 0, 0, 1, 1, '${NOW}', 1, 1, NULL, NULL),
        (9, 1, 3, 1, 0, 1, 0, 1, '${NOW}', 0, 1, 'parked', 'The system refused it.');`);
  });
  return path;
}

describe('an older workspace [I24]', () => {
  test('tells that it is brought up to date, and where its copy will be, before that begins; a new one does not', () => {
    const path = makeOlder(newest - 1);
    const told: string[] = [];
    const onUpgrade = (keptAt: string) => {
      told.push(keptAt);
      expect(withFile(path, readVersion)).toBe(newest - 1);
    };
    const open = () => openWorkspace({ path, nativeBinding: sqliteBinding, onUpgrade }).close();
    open();
    open();
    expect(told).toEqual([toCopyPath(path, newest)]);
  });

  test.each(Array.from({ length: newest - 1 }, (_, index) => index + 1))(
    'of version %i opens with every intent as it was, and a copy of it stays beside it',
    (version) => {
      const path = makeOlder(version);
      const { db, close } = openWorkspace({ path, nativeBinding: sqliteBinding });
      onTestFinished(close);
      expect(db.pragma('user_version', { simple: true })).toBe(newest);
      const kept = readIntents(db, plant).map(
        ({ relationshipId, wantedPresent, sent, attempts, stopped, cause }) => [
          relationshipId,
          wantedPresent,
          sent,
          attempts,
          stopped,
          cause,
        ],
      );
      expect(kept.toSorted(([one], [other]) => Number(one) - Number(other))).toEqual([
        [7, true, false, 0, null, null],
        [8, false, true, 1, null, null],
        [9, true, false, 1, 'parked', 'The system refused it.'],
      ]);
      const shown = readOutboxPage(db, { offset: 0, limit: 10 }).rows.map(
        ({ action, source, target, state }) => [action, source.name, target.name, state].join(' '),
      );
      expect(shown.toSorted()).toEqual([
        'create One Two create',
        'create Three One parked',
        'delete Two Three delete',
      ]);
      const copy = withFile(toCopyPath(path, newest), (file) => [
        readVersion(file),
        file.prepare('SELECT COUNT(*) FROM intent').pluck().get(),
      ]);
      expect(copy).toEqual([version, 3]);
    },
  );
});

describe('a newer workspace [I24]', () => {
  test.each([newest + 1, newest + 50])(
    'of version %i is refused: no byte and no file beside it changes',
    (version) => {
      const path = makeOlder(newest);
      withFile(path, (db) => db.pragma(`user_version = ${version}`));
      const read = () => [
        readFileSync(path),
        readdirSync(dirname(path)).filter((name) => !name.endsWith('-lock')),
      ];
      const before = read();
      expect(() => openWorkspace({ path, nativeBinding: sqliteBinding })).toThrow(StoreError);
      expect(() => openWorkspace({ path, nativeBinding: sqliteBinding })).toThrow(/newer|Update Weft/);
      expect(read()).toEqual(before);
      const left = withFile(path, (db) => [
        readVersion(db),
        db.prepare('SELECT COUNT(*) FROM intent').pluck().get(),
      ]);
      expect(left).toEqual([version, 3]);
    },
  );
});
