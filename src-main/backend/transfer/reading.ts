import type { Paced } from '../traverse/pace.ts';

/**
 * A file that is being read, as a generator: it yields what part of the whole it went through since the last turn. The
 * parts come to 1 at most.
 */
export type Reading<T> = Generator<number, T, undefined>;

/** A piece of what is read, and what part of the whole it is. */
export interface Piece<T> {
  readonly piece: T;
  readonly part: number;
}

/** Tells at every turn what part of the whole is read by then. */
export function* toldReading<T>(reading: Reading<T>, tell: (read: number) => void): Paced<T> {
  let read = 0;
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    read += step.value;
    tell(Math.min(1, read));
    yield;
  }
}

/** Characters or bytes that are read in one turn: a few milliseconds. */
export const STRIDE = 64 * 1024;

/** A text cut where it falls. */
export function* cutText(text: string): Generator<Piece<string>> {
  for (let from = 0; from < text.length; from += STRIDE) {
    const piece = text.slice(from, from + STRIDE);
    yield { piece, part: piece.length / text.length };
  }
}
