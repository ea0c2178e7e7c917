import type { EntityId } from '../../../src-preload/contract/model.ts';
import { search } from '../store/search.ts';
import { runToEnd } from '../store/slices.ts';
import type { ReadableDb } from '../store/sql.ts';
import type { Paced } from '../traverse/pace.ts';
import type { RowVerdict } from './verdict.ts';

/** The most entities that are offered for one text that names none. */
const OFFERED = 5;
/** Out of so many that the search finds. */
const FOUND = 25;
/** The most characters of a text that are looked for. */
const LOOKED_FOR = 200;
/** The most texts that are looked for in one go; what is beyond is offered nothing. */
const TEXTS = 1000;

/**
 * The verdicts with what is offered for each text that names no entity: the best that the search finds, which
 * forgives misspellings. Nothing of it is ever chosen by itself.
 */
export function* offerAlike(db: ReadableDb, verdicts: readonly RowVerdict[]): Paced<RowVerdict[]> {
  const known = new Map<string, readonly EntityId[]>();
  const offered: RowVerdict[] = [];
  for (const verdict of verdicts) {
    const { code, text } = verdict;
    if (code !== 'not-found' || text === null) {
      offered.push(verdict);
      continue;
    }
    if (!known.has(text) && known.size < TEXTS) {
      known.set(text, findAlike(db, text));
      yield;
    }
    const candidates = known.get(text) ?? [];
    offered.push({ ...verdict, candidates, candidateCount: candidates.length });
  }
  return offered;
}

/** By all words of the text; where that finds nothing, by the longest of them. */
function findAlike(db: ReadableDb, text: string): EntityId[] {
  const looked = text.slice(0, LOOKED_FOR);
  const longest = (looked.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return [];
  const find = (words: string) =>
    runToEnd(search(db, { is: 'words', text: words, phrase: false }, { offset: 0, limit: FOUND })).rows;
  const whole = find(looked);
  const found = whole.length > 0 ? whole : find(longest);
  return found
    .toSorted((a, b) => differenceOf(a.name, looked) - differenceOf(b.name, looked))
    .slice(0, OFFERED)
    .map(({ id }) => id);
}

/** All that is found has the same words: the name that says least besides comes nearest. */
function differenceOf(name: string, text: string): number {
  return Math.abs(name.length - text.trim().length);
}
