import type { Correction } from '../../src-preload/contract/queries.ts';

/** The most words told for a misspelt one. */
const TOLD = 3;

/** What was found in the place of misspelt words, as a sentence; empty where all was taken as it stands. */
export function toCorrectionText(corrections: readonly Correction[]): string {
  if (corrections.length === 0) return '';
  const parts = corrections.map(({ word, takenFor }) => `“${word}” was taken for ${toChoice(takenFor)}`);
  return `Nothing matches as written: ${parts.join(', ')}.`;
}

function toChoice(words: readonly string[]): string {
  const told = words.slice(0, TOLD).map((word) => `“${word}”`);
  const more = words.length - told.length;
  if (more > 0) return `${told.join(', ')} or one of ${more} more`;
  const last = told.at(-1) ?? '';
  return told.length < 2 ? last : `${told.slice(0, -1).join(', ')} or ${last}`;
}
