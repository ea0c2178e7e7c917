import { all, type ReadableDb, run, type WritableDb } from './sql.ts';

const SHORTEST = 4;
const LONGEST = 40;
/** The most words that share a half with a misspelt one and are looked at. */
const LOOKED_AT = 20_000;
/** The most words that one misspelt word is taken for. */
const TAKEN_FOR = 12;

/** A word as the index keeps it: small letters, no accents. */
export function foldWord(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function reverse(word: string): string {
  return Array.from(word).toReversed().join('');
}

/** Remembers the words of an entity, for misspelt questions. Numbers are left out: one off is another one. */
export function saveSearchWords(db: WritableDb, text: string): void {
  for (const written of new Set(text.match(/[\p{L}\p{M}\p{N}]+/gu))) {
    if (written.length < SHORTEST || written.length > LONGEST || !/\P{N}/u.test(written)) continue;
    const word = foldWord(written);
    run(db, 'INSERT OR IGNORE INTO search_word VALUES (:word, :reversed)', { word, reversed: reverse(word) });
  }
}

/**
 * Words one letter away from a misspelt one: changed, missing, too many, or swapped with its neighbour. A single
 * mistake leaves one half of the word as it is, so only words that share a half are looked at.
 */
export function findLikeWords(db: ReadableDb, misspelt: string): string[] {
  const letters = Array.from(foldWord(misspelt));
  if (letters.length < SHORTEST || letters.length > LONGEST) return [];
  const half = Math.floor(letters.length / 2);
  const candidates = new Set([
    ...readWords(db, 'word', letters.slice(0, half).join(''), letters.length),
    ...readWords(db, 'reversed', letters.slice(half).toReversed().join(''), letters.length),
    // swapping the two in the middle breaks both halves
    ...readExact(
      db,
      [...letters.slice(0, half - 1), letters[half], letters[half - 1], ...letters.slice(half + 1)].join(''),
    ),
  ]);
  return [...candidates].filter((word) => isOneAway(letters, Array.from(word))).slice(0, TAKEN_FOR);
}

function readWords(db: ReadableDb, column: 'word' | 'reversed', prefix: string, length: number): string[] {
  const rows = all<{ word: string }>(
    db,
    `SELECT word FROM search_word WHERE ${column} >= :prefix AND ${column} < :end
       AND length(word) BETWEEN :shortest AND :longest LIMIT ${LOOKED_AT}`,
    { prefix, end: `${prefix}\u{10ffff}`, shortest: length - 1, longest: length + 1 },
  );
  return rows.map(({ word }) => word);
}

function readExact(db: ReadableDb, word: string): string[] {
  return all<{ word: string }>(db, 'SELECT word FROM search_word WHERE word = :word', { word }).map(
    (row) => row.word,
  );
}

/** Whether any word begins like this. */
export function hasWordsLike(db: ReadableDb, prefix: string): boolean {
  const folded = foldWord(prefix);
  const rows = all(db, 'SELECT 1 FROM search_word WHERE word >= :folded AND word < :end LIMIT 1', {
    folded,
    end: `${folded}\u{10ffff}`,
  });
  return rows.length > 0;
}

/** Whether one letter changed, added, left out or swapped with its neighbour turns one word into the other. */
export function isOneAway(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  const restOf = (letters: readonly string[], from: number) => letters.slice(from).join('\n');
  if (long.length > short.length) return restOf(short, start) === restOf(long, start + 1);
  if (start === short.length) return false;
  if (restOf(short, start + 1) === restOf(long, start + 1)) return true;
  const swapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return swapped && restOf(short, start + 2) === restOf(long, start + 2);
}
