import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { playBatch } from '../batch.ts';
import { type Bug, bugs, type Replacement } from './catalogue.ts';

const repository = resolve(import.meta.dirname, '..', '..', '..');
/** What the simulation needs of the repository. */
const parts = [
  'package.json',
  'src-main',
  'src-preload',
  'resources/relationship-types.json',
  'test/simulation',
  'test/servers/shared',
];

/** What became of one bug: the seed and the rule that found it, or how many seeds did not. */
export interface Verdict {
  readonly name: string;
  readonly seeds: number;
  readonly rule: string | null;
  readonly message: string;
}

/** Plants each bug alone in a copy of the source and plays seeds until one fails. Throws where a text moved. */
export async function playBugs(seeds: number, note: (verdict: Verdict) => void): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const bug of bugs) {
    const verdict = await playBug(bug, seeds);
    note(verdict);
    verdicts.push(verdict);
  }
  return verdicts;
}

async function playBug({ name, replacements }: Bug, count: number): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-bug-'));
  try {
    for (const part of parts) cpSync(join(repository, part), join(folder, part), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    for (const replacement of replacements) plant(folder, replacement);
    const url = pathToFileURL(join(folder, 'test', 'simulation', 'batch.ts'));
    const copy = (await import(url.href)) as { playBatch: typeof playBatch }; // the copy has the same shape
    const played = await copy.playBatch(
      Array.from({ length: count }, (_, index) => index + 1),
      true,
    );
    const [first] = played.failures;
    return { name, seeds: played.seeds, rule: first?.rule ?? null, message: first?.message ?? '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text must stand there exactly once: where the code has moved, the bug has to move with it. */
export function plant(folder: string, { file, text, by }: Replacement): void {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  const found = source.split(text).length - 1;
  if (found !== 1) throw new Error(`${file} has the text of a deliberate bug ${found} times: ${text}`);
  writeFileSync(
    path,
    source.replace(text, () => by),
  );
}
