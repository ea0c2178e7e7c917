import { z } from 'zod';
import { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import { first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** What a workspace itself remembers, by key, and the shape each value must have. */
const settings = {
  /** How often rotating backups are made and how many are kept; none are made where `keep` is 0. */
  backups: z.object({
    keep: z.int().min(0).max(100),
    everyHours: z
      .int()
      .min(1)
      .max(24 * 365),
  }),
  /** How it syncs by itself. */
  sync: SyncSettings,
  /** Which version of the app opened it last. */
  version: z.string(),
  /** Where the workspace was when it last pushed. */
  place: z.object({ machine: z.string(), device: z.string(), inode: z.string() }),
  /** How far back the history is whole, where it is not from the start. */
  history: z.object({ since: z.iso.datetime() }),
} as const;

export type SettingName = keyof typeof settings;
export type Setting<N extends SettingName> = z.output<(typeof settings)[N]>;

/** Null where it was never set, or holds what this program cannot read. */
export function readSetting<N extends SettingName>(db: ReadableDb, name: N): Setting<N> | null {
  const row = first<{ value: string }>(db, 'SELECT value FROM setting WHERE key = :name', { name });
  if (row === undefined) return null;
  const parsed = settings[name].safeParse(toJson(row.value));
  return parsed.success ? (parsed.data as Setting<N>) : null; // parsed by this setting's own schema
}

export function saveSetting<N extends SettingName>(db: WritableDb, name: N, value: Setting<N>): void {
  run(
    db,
    `INSERT INTO setting (key, value) VALUES (:name, :value)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    { name, value: JSON.stringify(value) },
  );
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // what cannot be read counts as never set
  }
}

/** How a workspace syncs by itself until the user says otherwise. */
const startingSettings: SyncSettings = { everyMinutes: 15, afterEditsSeconds: 10, onReconnect: true };

export function readSyncSettings(db: ReadableDb): SyncSettings {
  return readSetting(db, 'sync') ?? startingSettings;
}

export function saveSyncSettings(db: WritableDb, settings: SyncSettings): void {
  saveSetting(db, 'sync', settings);
}

/** Remembers which version of the app opened the workspace last. Answers whether that was another one. */
export function noteVersion(db: WritableDb, version: string): boolean {
  if (readSetting(db, 'version') === version) return false;
  saveSetting(db, 'version', version);
  return true;
}
