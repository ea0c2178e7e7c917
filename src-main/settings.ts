import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { RecentWorkspace } from '../src-preload/contract/requests.ts';

const Bounds = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(400),
  height: z.int().min(300),
});
export type Bounds = z.infer<typeof Bounds>;

const Settings = z.object({ recent: z.array(RecentWorkspace).max(10), bounds: Bounds.nullable() });
type Settings = z.infer<typeof Settings>;

const RECENT_LIMIT = 10;

/** What the app itself remembers between starts; nothing of it is precious. */
export interface SettingsStore {
  recent(): RecentWorkspace[];
  remember(path: string, name: string): void;
  forget(path: string): void;
  bounds(): Bounds | null;
  saveBounds(bounds: Bounds): void;
}

/** Settings in the JSON file at `path`, written whole at each change. */
export function createSettings(path: string): SettingsStore {
  let settings = read(path);
  const save = (next: Settings) => {
    settings = next;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(settings));
    renameSync(`${path}.new`, path);
  };
  const without = (file: string) => settings.recent.filter((recent) => recent.path !== file);
  return {
    recent: () => settings.recent.filter((recent) => existsSync(recent.path)),
    remember: (file, name) => {
      const entry = { path: file, name, openedAt: new Date().toISOString() };
      save({ ...settings, recent: [entry, ...without(file)].slice(0, RECENT_LIMIT) });
    },
    forget: (file) => save({ ...settings, recent: without(file) }),
    bounds: () => settings.bounds,
    saveBounds: (bounds) => save({ ...settings, bounds }),
  };
}

/** A missing or damaged file means a fresh start. */
function read(path: string): Settings {
  const fresh: Settings = { recent: [], bounds: null };
  if (!existsSync(path)) return fresh;
  try {
    return Settings.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return fresh;
  }
}
