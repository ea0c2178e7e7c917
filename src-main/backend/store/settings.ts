import { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import { first, type ReadableDb, run, type WritableDb } from './sql.ts';

const SYNC = 'sync';
const VERSION = 'version';

/** How a workspace syncs by itself until the user says otherwise. */
const startingSettings: SyncSettings = { everyMinutes: 15, afterEditsSeconds: 10, onReconnect: true };

/** What a workspace remembers under a key; null where nothing. */
function readSetting(db: ReadableDb, key: string): string | null {
  return first<{ value: string }>(db, 'SELECT value FROM setting WHERE key = :key', { key })?.value ?? null;
}

function saveSetting(db: WritableDb, key: string, value: string): void {
  run(db, 'INSERT INTO setting VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value', {
    key,
    value,
  });
}

export function readSyncSettings(db: ReadableDb): SyncSettings {
  const text = readSetting(db, SYNC);
  return text === null ? startingSettings : SyncSettings.parse(JSON.parse(text));
}

export function saveSyncSettings(db: WritableDb, settings: SyncSettings): void {
  saveSetting(db, SYNC, JSON.stringify(settings));
}

/** Remembers which version of the app opened the workspace last. Answers whether that was another one. */
export function noteVersion(db: WritableDb, version: string): boolean {
  if (readSetting(db, VERSION) === version) return false;
  saveSetting(db, VERSION, version);
  return true;
}
